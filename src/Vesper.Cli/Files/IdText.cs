using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Vesper.Cli.Files;

/// <summary>
/// Reads ids as text. Digits without leading zeros are a number, canonical UUID text is a UUID, text in double quotes
/// is a JSON string (so that <c>"7"</c> is the string and not the number), all else is a string.
/// </summary>
internal static class IdText
{
    /// <summary>Reads an id.</summary>
    /// <exception cref="SchemaException">Empty, malformed, or not Unicode: names <paramref name="place"/>.</exception>
    /// <exception cref="LimitExceededException">A string longer than 512 bytes.</exception>
    public static PointId Parse(string place, ReadOnlySpan<byte> utf8, bool quoted = true)
    {
        if (quoted && utf8 is [(byte)'"', ..])
        {
            return ParseJson(place, utf8);
        }

        return utf8.ContainsAnyExceptInRange((byte)'0', (byte)'9') || utf8 is [(byte)'0', _, ..]
            ? FromString(place, Decode(place, utf8))
            : FromDigits(place, utf8);
    }

    /// <summary>Reads an id given on the command line.</summary>
    public static PointId Parse(string place, string text) => Parse(place, Encoding.UTF8.GetBytes(text));

    /// <summary>Reads an id as JSON: a number or a string, and nothing else.</summary>
    public static PointId ParseJson(string place, ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8);
            reader.Read();
            var id = Read(place, ref reader);
            return reader.Read() ? throw new SchemaException(place, "text after the id") : id;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new SchemaException(place, "id is not a JSON number or string");
        }
    }

    /// <summary>Reads the id at which a JSON reader stands: a number or a string.</summary>
    public static PointId Read(string place, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var number))
        {
            return new PointId(number);
        }

        if (reader.TokenType == JsonTokenType.String)
        {
            return FromString(place, reader.GetString()!);
        }

        throw new SchemaException(place, "id must be a whole number from 0 to 2^64 - 1, or a string");
    }

    /// <summary>Writes an id as JSON that <see cref="Read"/> reads back.</summary>
    public static void Write(Utf8JsonWriter writer, PointId id)
    {
        if (id.Kind == PointIdKind.Number)
        {
            writer.WriteNumberValue(id.Number);
        }
        else
        {
            writer.WriteStringValue(id.ToString());
        }
    }

    private static PointId FromDigits(string place, ReadOnlySpan<byte> digits)
    {
        if (ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return new PointId(number);
        }

        throw new SchemaException(place, digits.IsEmpty ? "id is empty" : "a numeric id must be at most 2^64 - 1");
    }

    private static PointId FromString(string place, string text)
    {
        if (text.Length == 0)
        {
            throw new SchemaException(place, "id is empty");
        }

        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > PointId.MaxTextBytes)
        {
            throw new LimitExceededException($"{place}: id", bytes, PointId.MaxTextBytes, "UTF-8 bytes");
        }

        try
        {
            return new PointId(text);
        }
        catch (ArgumentException)
        {
            throw new SchemaException(place, "id is not valid Unicode");
        }
    }

    private static string Decode(string place, ReadOnlySpan<byte> utf8)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw new SchemaException(place, "id is not valid UTF-8");
        }
    }
}
