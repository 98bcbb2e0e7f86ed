using System.Text.Json;

namespace Vesper;

/// <summary>A condition on the values at one path.</summary>
internal abstract record FieldFilter : Filter
{
    protected FieldFilter(string path)
        : base(1, 1) => Path = Normalize(path);

    /// <summary>Keys joined by dots.</summary>
    public string Path { get; }

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

    // "a[].b" is "a.b": an array on the way is opened in any case.
    private static string Normalize(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Contains("[]", StringComparison.Ordinal))
        {
            path = string.Join('.', path.Split('.').Select(key => key.EndsWith("[]", StringComparison.Ordinal) ? key[..^2] : key));
        }

        PayloadPath.Require(path);
        _ = FilterValue.Of(path);
        return path;
    }
}
