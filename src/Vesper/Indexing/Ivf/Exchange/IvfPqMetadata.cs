using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>
/// What a file says of itself: one JSON value, checked when it is set, when it is saved and when it is loaded.
/// </summary>
internal static class IvfPqMetadata
{
    /// <summary>The most UTF-8 bytes.</summary>
    public const int BytesMax = 65_536;

    /// <summary>The deepest nesting of objects and arrays.</summary>
    public const int DepthMax = 64;

    /// <summary>The most keys, in all objects together.</summary>
    public const int KeysMax = 4_096;

    /// <summary>Checks metadata that a caller gives, and encodes it.</summary>
    /// <param name="accept">Says what is wrong with the value, or null; may be null itself.</param>
    /// <exception cref="LimitExceededException">It is longer than <see cref="BytesMax"/>.</exception>
    /// <exception cref="SchemaException">It is no such JSON, or was not accepted.</exception>
    public static byte[] Encode(string metadata, Func<JsonElement, string?>? accept)
    {
        // No character has fewer than one byte: what is far too long is not even encoded.
        LimitExceededException.ThrowIfAbove("metadata", metadata.Length, BytesMax, "bytes");
        byte[] utf8;
        try
        {
            utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(metadata);
        }
        catch (EncoderFallbackException)
        {
            throw new SchemaException("metadata", PayloadChecker.NotUnicode);
        }

        LimitExceededException.ThrowIfAbove("metadata", utf8.Length, BytesMax, "bytes");
        if (FindProblem(utf8) is { } problem)
        {
            throw new SchemaException("metadata", problem);
        }

        Accept(utf8, "metadata", accept);
        return utf8;
    }

    /// <summary>Asks a caller's own check about metadata that is sound.</summary>
    /// <exception cref="SchemaException">It was not accepted.</exception>
    public static void Accept(ReadOnlyMemory<byte> utf8, string name, Func<JsonElement, string?>? accept)
    {
        if (accept is null)
        {
            return;
        }

        using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = DepthMax });
        if (accept(document.RootElement) is { } problem)
        {
            throw new SchemaException(name, problem);
        }
    }

    /// <summary>What is wrong with the text, as the end of a sentence that begins with "metadata", or null.</summary>
    public static string? FindProblem(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            return "is not valid UTF-8";
        }

        try
        {
            return FindProblem(new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = DepthMax }));
        }
        catch (JsonException error)
        {
            return $"is not one JSON value of depth {DepthMax} at most (byte {error.BytePositionInLine}, "
                + $"line {error.LineNumber})";
        }
        catch (InvalidOperationException)
        {
            return PayloadChecker.NotUnicode;
        }
    }

    private static string? FindProblem(Utf8JsonReader reader)
    {
        int keys = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && ++keys > KeysMax)
            {
                return $"has more than {KeysMax} keys";
            }

            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped)
            {
                // Half of a surrogate pair can be written as \u only; unescaping refuses it by an exception.
                _ = reader.GetString();
            }
        }

        return null;
    }
}
