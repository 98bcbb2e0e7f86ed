using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vesper;

/// <summary>The JSON object of a point, as UTF-8 text. Immutable; validated when made.</summary>
public sealed class Payload
{
    private static readonly JsonWriterOptions Compact = new()
    {
        MaxDepth = Limits.PayloadDepth,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ReadOnlyMemory<byte> _utf8;

    private Payload(ReadOnlyMemory<byte> utf8) => _utf8 = utf8;

    /// <summary>The empty object.</summary>
    public static Payload Empty { get; } = new("{}"u8.ToArray());

    /// <summary>The JSON text.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8;

    /// <summary>Checks and copies JSON text: one object, at most 1 MiB, depth at most 64, no repeated keys.</summary>
    /// <exception cref="SchemaException">Not valid JSON, not an object, a repeated key, or too deep.</exception>
    /// <exception cref="LimitExceededException">Longer than 1 MiB.</exception>
    public static Payload Parse(ReadOnlySpan<byte> utf8)
    {
        LimitExceededException.ThrowIfAbove("payload", utf8.Length, Limits.PayloadBytes, "bytes");
        Check(utf8);
        return new Payload(utf8.ToArray());
    }

    /// <summary>The same for a string.</summary>
    public static Payload Parse(string json) => Parse(Encoding.UTF8.GetBytes(json));

    /// <summary>A copy as a mutable tree.</summary>
    public JsonObject ToJsonObject() =>
        JsonNode.Parse(_utf8.Span, null, new JsonDocumentOptions { MaxDepth = Limits.PayloadDepth })!.AsObject();

    /// <summary>The JSON text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_utf8.Span);

    /// <summary>The payload of a JSON object.</summary>
    public static implicit operator Payload(JsonObject value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var buffer = new ArrayBufferWriter<byte>(256);
        try
        {
            using var writer = new Utf8JsonWriter(buffer, Compact);
            value.WriteTo(writer);
        }
        catch (InvalidOperationException)
        {
            throw new SchemaException("payload", $"deeper than {Limits.PayloadDepth}");
        }

        return Parse(buffer.WrittenSpan);
    }

    // Text that was checked before: read back from a record or file whose checksum held.
    internal static Payload Trusted(ReadOnlyMemory<byte> utf8) => new(utf8);

    private static void Check(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Limits.PayloadDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new SchemaException("payload", "must be a JSON object");
            }

            CheckValue(ref reader);
            if (reader.Read())
            {
                throw new SchemaException("payload", "has text after the object");
            }
        }
        catch (JsonException error)
        {
            throw new SchemaException("payload", $"is not valid JSON (byte {error.BytePositionInLine}, line {error.LineNumber}) or deeper than {Limits.PayloadDepth}");
        }
        catch (InvalidOperationException)
        {
            throw new SchemaException("payload", "has a string that is not valid Unicode");
        }
    }

    private static void CheckValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            _ = reader.GetString();
            return;
        }

        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                CheckValue(ref reader);
            }

            return;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            if (!keys.Add(key))
            {
                throw new SchemaException("payload", $"has the key '{key}' twice");
            }

            reader.Read();
            CheckValue(ref reader);
        }
    }
}
