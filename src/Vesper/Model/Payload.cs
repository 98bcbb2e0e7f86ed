using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vesper;

/// <summary>The JSON object of a point, as UTF-8 text. Immutable; validated when made.</summary>
/// <remarks>
/// The text is kept as it was given: numbers keep their digits ("1e999", "-0"), strings their escapes, objects their
/// order.
/// </remarks>
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
    /// <exception cref="SchemaException">Not valid JSON, not an object, or a repeated key.</exception>
    /// <exception cref="LimitExceededException">Longer than 1 MiB, or deeper than 64.</exception>
    public static Payload Parse(ReadOnlySpan<byte> utf8)
    {
        LimitExceededException.ThrowIfAbove("payload", utf8.Length, Limits.PayloadBytes, "bytes");
        if (PayloadChecker.IsValid(utf8, out var problem))
        {
            return new Payload(utf8.ToArray());
        }

        throw problem == PayloadChecker.TooDeep ? DepthExceeded() : new SchemaException("payload", problem);
    }

    /// <summary>The same for a string.</summary>
    /// <exception cref="SchemaException">As above, or the string is not valid Unicode.</exception>
    /// <exception cref="LimitExceededException">Longer than 1 MiB, or deeper than 64.</exception>
    public static Payload Parse(string json)
    {
        try
        {
            return Parse(FilterValue.StrictUtf8.GetBytes(json));
        }
        catch (EncoderFallbackException)
        {
            throw new SchemaException("payload", PayloadChecker.NotUnicode);
        }
    }

    /// <summary>A copy as a mutable tree.</summary>
    public JsonObject ToJsonObject() =>
        JsonNode.Parse(_utf8.Span, null, new JsonDocumentOptions { MaxDepth = Limits.PayloadDepth })!.AsObject();

    /// <summary>The JSON text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_utf8.Span);

    /// <summary>The payload of a JSON object.</summary>
    /// <exception cref="SchemaException">A value that JSON text cannot hold (NaN, invalid Unicode).</exception>
    /// <exception cref="LimitExceededException">Longer than 1 MiB as text, or deeper than 64.</exception>
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
            throw DepthExceeded();
        }
        catch (ArgumentException error)
        {
            throw new SchemaException("payload", $"has a value that JSON text cannot hold: {error.Message}");
        }

        return Parse(buffer.WrittenSpan);
    }

    // Text that was checked before: read back from a record or file whose checksum held.
    internal static Payload Trusted(ReadOnlyMemory<byte> utf8) => new(utf8);

    private static LimitExceededException DepthExceeded() =>
        new("payload depth", Limits.PayloadDepth + 1, Limits.PayloadDepth, "levels or more");

    // Whether the text is a payload: what Parse accepts.
    internal static bool IsValid(ReadOnlySpan<byte> utf8, out string problem)
    {
        problem = $"{utf8.Length} bytes; the limit is {Limits.PayloadBytes}";
        return utf8.Length <= Limits.PayloadBytes && PayloadChecker.IsValid(utf8, out problem);
    }
}
