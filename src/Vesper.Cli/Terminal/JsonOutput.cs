using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vesper.Cli.Terminal;

/// <summary>Writes JSON objects to a stream, one a line.</summary>
internal sealed class JsonOutput(Stream stream)
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = Limits.PayloadDepth + 8,
    };

    private readonly ArrayBufferWriter<byte> _line = new(1 << 10);

    /// <summary>Writes an object with the keys that the callback writes.</summary>
    public void Write(Action<Utf8JsonWriter> keys) => WriteValue(writer =>
    {
        writer.WriteStartObject();
        keys(writer);
        writer.WriteEndObject();
    });

    /// <summary>Writes the object that the callback writes whole.</summary>
    public void WriteValue(Action<Utf8JsonWriter> value)
    {
        _line.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_line, Options))
        {
            value(writer);
        }

        _line.Write("\n"u8);
        stream.Write(_line.WrittenSpan);
    }

    /// <summary>Hands what was written to whoever reads it.</summary>
    public void Flush() => stream.Flush();
}
