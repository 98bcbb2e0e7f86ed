using System.Text;
using System.Text.Json;

namespace Vesper.Payloads;

/// <summary>Takes the values at a path, one by one.</summary>
internal interface IPayloadVisitor
{
    /// <summary>
    /// Sees one value: the reader stands on its first token and is not moved. An array at the path is seen element by
    /// element
    /// (an array or object inside it is one value); an empty array is not seen at all. True ends the walk.
    /// </summary>
    bool Visit(ref Utf8JsonReader value, bool isElement);
}

/// <summary>Walks payload text along a path without building a tree.</summary>
/// <remarks>
/// A path leads through objects; an array on the way stands for its elements (not for those of arrays directly inside
/// it).
/// Reading ends as soon as the answer is known.
/// </remarks>
internal static class PayloadWalker
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = Limits.PayloadDepth };

    /// <summary>The keys of a path in UTF-8.</summary>
    public static byte[][] KeysOf(string path) => Array.ConvertAll(path.Split('.'), Encoding.UTF8.GetBytes);

    /// <summary>Shows the values at the path to the visitor; true when it ended the walk.</summary>
    public static bool Walk<TVisitor>(ReadOnlySpan<byte> payload, byte[][] keys, ref TVisitor visitor)
        where TVisitor : IPayloadVisitor, allows ref struct
    {
        try
        {
            var reader = new Utf8JsonReader(payload, Options);
            return reader.Read()
                && reader.TokenType == JsonTokenType.StartObject
                && Member(ref reader, keys, ref visitor, inArray: false);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Damaged(error);
        }
    }

    /// <summary>The error for a stored payload that is not JSON.</summary>
    public static CorruptDataException Damaged(Exception error) =>
        new("payload text", (error as JsonException)?.BytePositionInLine ?? 0, "a JSON object", error.Message);

    /// <summary>The string at the reader in UTF-8, without escapes.</summary>
    public static ReadOnlySpan<byte> TextOf(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        var text = new byte[reader.ValueSpan.Length];
        return text.AsSpan(0, reader.CopyString(text));
    }

    // The reader stands on the start of an object. Unless the walk ends, it is left on the object's end, or anywhere
    // when
    // the object is not in an array: keys do not repeat, so nothing that matters follows.
    private static bool Member<TVisitor>(
        ref Utf8JsonReader reader, ReadOnlySpan<byte[]> keys, ref TVisitor visitor, bool inArray)
        where TVisitor : IPayloadVisitor, allows ref struct
    {
        var found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = !found && reader.ValueTextEquals(keys[0]);
            reader.Read();
            if (!wanted)
            {
                reader.Skip();
                continue;
            }

            found = true;
            if (Value(ref reader, keys[1..], ref visitor, inArray))
            {
                return true;
            }

            if (!inArray)
            {
                return false;
            }
        }

        return false;
    }

    private static bool Value<TVisitor>(
        ref Utf8JsonReader reader, ReadOnlySpan<byte[]> keys, ref TVisitor visitor, bool inArray)
        where TVisitor : IPayloadVisitor, allows ref struct
    {
        if (keys.IsEmpty)
        {
            return Leaf(ref reader, ref visitor);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Step(ref reader, keys, ref visitor, inArray);
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (Step(ref reader, keys, ref visitor, inArray: true))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Step<TVisitor>(
        ref Utf8JsonReader reader, ReadOnlySpan<byte[]> keys, ref TVisitor visitor, bool inArray)
        where TVisitor : IPayloadVisitor, allows ref struct
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return Member(ref reader, keys, ref visitor, inArray);
        }

        reader.Skip();
        return false;
    }

    private static bool Leaf<TVisitor>(ref Utf8JsonReader reader, ref TVisitor visitor)
        where TVisitor : IPayloadVisitor, allows ref struct
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return VisitOne(ref reader, ref visitor, isElement: false);
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (VisitOne(ref reader, ref visitor, isElement: true))
            {
                return true;
            }
        }

        return false;
    }

    private static bool VisitOne<TVisitor>(ref Utf8JsonReader reader, ref TVisitor visitor, bool isElement)
        where TVisitor : IPayloadVisitor, allows ref struct
    {
        if (visitor.Visit(ref reader, isElement))
        {
            return true;
        }

        reader.Skip();
        return false;
    }
}
