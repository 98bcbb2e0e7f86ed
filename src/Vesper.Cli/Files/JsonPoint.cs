using System.Text.Json;

namespace Vesper.Cli.Files;

/// <summary>
/// A point as one line of JSON: <c>{"id": …, "vector": […], "payload": {…}}</c>, with <c>"vectors": {name: […]}</c> in
/// place of <c>vector</c> where there are named fields. Floats are written so that reading them gives the same bits.
/// </summary>
internal static class JsonPoint
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = Limits.PayloadDepth + 2 };

    /// <summary>Reads a line.</summary>
    /// <param name="place">File and line, for messages.</param>
    /// <param name="line">The JSON text.</param>
    /// <param name="row">The id of a line without one.</param>
    /// <param name="field">The field that <c>vector</c> fills.</param>
    /// <exception cref="SchemaException">Not such an object.</exception>
    /// <exception cref="LimitExceededException">A payload, id or vector is too large.</exception>
    public static Point Parse(string place, ReadOnlySpan<byte> line, long row, string field)
    {
        try
        {
            return ParseObject(place, line, row, field);
        }
        catch (JsonException error)
        {
            throw new SchemaException(
                place, $"is not valid JSON at byte {error.BytePositionInLine}, or nests too deep");
        }
        catch (InvalidOperationException)
        {
            throw new SchemaException(place, "has a string that is not valid Unicode");
        }
    }

    /// <summary>Reads a payload: one JSON object.</summary>
    public static Payload ParsePayload(string place, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Limits.PayloadBytes)
        {
            throw new LimitExceededException($"{place}: payload", utf8.Length, Limits.PayloadBytes, "bytes");
        }

        try
        {
            return Payload.Parse(utf8);
        }
        catch (SchemaException error)
        {
            throw new SchemaException(place, error.Message);
        }
        catch (LimitExceededException error)
        {
            // The depth: the size was looked at above.
            throw new LimitExceededException($"{place}: payload depth", error.Value, error.Maximum, "levels or more");
        }
    }

    /// <summary>Reads the array of numbers at which a JSON reader stands.</summary>
    public static float[] ParseVector(string place, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new SchemaException(place, "a vector must be an array of numbers");
        }

        var values = new List<float>(128);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetSingle(out var value))
            {
                throw new SchemaException(
                    place, $"a vector must be an array of numbers; component {values.Count} is not one");
            }

            values.Add(value);
            if (values.Count > Limits.Dimensions)
            {
                throw new LimitExceededException($"{place}: vector", values.Count, Limits.Dimensions, "dimensions");
            }
        }

        return [.. values];
    }

    /// <summary>Writes a stored point in the form that <see cref="Parse"/> reads.</summary>
    public static void Write(Utf8JsonWriter writer, PointRecord point)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("id"u8);
        IdText.Write(writer, point.Id);
        WriteVectors(writer, point.Vectors);
        WritePayload(writer, point.Payload);
        writer.WriteEndObject();
    }

    /// <summary>Writes <c>vector</c>, or <c>vectors</c> where the fields have names; nothing for null.</summary>
    public static void WriteVectors(Utf8JsonWriter writer, IReadOnlyDictionary<string, float[]>? vectors)
    {
        if (vectors is null)
        {
            return;
        }

        if (vectors.Count == 1 && vectors.TryGetValue("", out var only))
        {
            writer.WritePropertyName("vector"u8);
            WriteVector(writer, only);
            return;
        }

        writer.WriteStartObject("vectors"u8);
        foreach (var (name, vector) in vectors)
        {
            writer.WritePropertyName(name);
            WriteVector(writer, vector);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes <c>payload</c> as it was stored, but on one line; nothing for null.</summary>
    public static void WritePayload(Utf8JsonWriter writer, Payload? payload)
    {
        if (payload is not null)
        {
            writer.WritePropertyName("payload"u8);
            writer.WriteRawValue(WithoutSpace(payload.Utf8.Span), skipInputValidation: true);
        }
    }

    // Numbers and strings stay as they were written: only what stands between them goes.
    private static ReadOnlySpan<byte> WithoutSpace(ReadOnlySpan<byte> json)
    {
        if (!json.ContainsAny(" \t\r\n"u8))
        {
            return json;
        }

        var kept = new byte[json.Length];
        var count = 0;
        var inString = false;
        for (var at = 0; at < json.Length; at++)
        {
            var value = json[at];
            if (inString && value == '\\')
            {
                kept[count++] = value;
                value = json[++at];
            }
            else if (value == '"')
            {
                inString = !inString;
            }

            if (inString || value is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                kept[count++] = value;
            }
        }

        return kept.AsSpan(0, count);
    }

    private static void WriteVector(Utf8JsonWriter writer, ReadOnlySpan<float> vector)
    {
        writer.WriteStartArray();
        foreach (var value in vector)
        {
            writer.WriteNumberValue(value);
        }

        writer.WriteEndArray();
    }

    private static Point ParseObject(string place, ReadOnlySpan<byte> line, long row, string field)
    {
        var reader = new Utf8JsonReader(line, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new SchemaException(place, "must be a JSON object with id, vector and payload");
        }

        PointId? id = null;
        Dictionary<string, ReadOnlyMemory<float>>? vectors = null;
        Payload? payload = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            switch (key)
            {
                case "id" when id is null:
                    id = IdText.Read(place, ref reader);
                    break;
                case "vector" when vectors is null:
                    vectors = new(StringComparer.Ordinal) { [field] = ParseVector(place, ref reader) };
                    break;
                case "vectors" when vectors is null:
                    vectors = ParseVectors(place, ref reader);
                    break;
                case "payload" when payload is null:
                    payload = TakePayload(place, line, ref reader);
                    break;
                default:
                    throw new SchemaException(
                        place, $"the key '{key}' is repeated or unknown; known: id, vector(s), payload");
            }
        }

        reader.Read();
        return new Point(
            id ?? new PointId((ulong)row),
            vectors ?? throw new SchemaException(place, "has no vector"),
            payload);
    }

    private static Dictionary<string, ReadOnlyMemory<float>> ParseVectors(string place, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new SchemaException(place, "vectors must be an object of arrays by field name");
        }

        var vectors = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!vectors.TryAdd(name, ParseVector(place, ref reader)))
            {
                throw new SchemaException(place, $"has the vector field '{name}' twice");
            }
        }

        return vectors;
    }

    private static Payload TakePayload(string place, ReadOnlySpan<byte> line, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return Payload.Empty;
        }

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return ParsePayload(place, line[start..(int)reader.BytesConsumed]);
    }
}
