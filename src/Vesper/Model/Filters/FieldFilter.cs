using System.Text.Json;

namespace Vesper;

/// <summary>A condition on the values at one path.</summary>
internal abstract record FieldFilter : Filter
{
    protected FieldFilter(string path)
        : base(1, 1) => Path = Normalize(path);

    /// <summary>Keys joined by dots.</summary>
    public string Path { get; }

    /// <summary>
    /// The path as it is compared with those of indexes: "a[].b" is "a.b", as arrays are opened in any case.
    /// </summary>
    public static string Normalize(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Contains("[]", StringComparison.Ordinal))
        {
            var keys = path.Split('.');
            path = string.Join('.', keys.Select(key => key.EndsWith("[]", StringComparison.Ordinal) ? key[..^2] : key));
        }

        PayloadPath.Require(path);
        return path;
    }

    internal sealed override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteCondition(writer);
        writer.WriteEndObject();
    }

    /// <summary>Writes the members of the condition's object.</summary>
    protected abstract void WriteCondition(Utf8JsonWriter writer);

    /// <summary>Writes <c>"operator": {"key": path}</c>.</summary>
    protected void WriteKeyOnly(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartObject(name);
        writer.WriteString("key", Path);
        writer.WriteEndObject();
    }
}
