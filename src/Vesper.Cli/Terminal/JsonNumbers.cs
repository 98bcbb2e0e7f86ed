using System.Text.Json;

namespace Vesper.Cli.Terminal;

/// <summary>Numbers that may be unknown.</summary>
internal static class JsonNumbers
{
    /// <summary>Writes a key whose value is a number or null.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter writer, ReadOnlySpan<byte> key, long? value)
    {
        if (value is { } known)
        {
            writer.WriteNumber(key, known);
        }
        else
        {
            writer.WriteNull(key);
        }
    }
}
