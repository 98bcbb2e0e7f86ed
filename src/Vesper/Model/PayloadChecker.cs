using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Vesper;

/// <summary>
/// Decides whether text is a payload: one JSON object, not too deep, valid Unicode, no repeated keys.
/// </summary>
internal static class PayloadChecker
{
    public const string NotUnicode = "has a string that is not valid Unicode";

    public static readonly string TooDeep = $"is deeper than {Limits.PayloadDepth}";

    private const int FewKeys = 32;

    /// <summary>False with the problem, as the end of a sentence that begins with "payload".</summary>
    public static bool IsValid(ReadOnlySpan<byte> utf8, out string problem)
    {
        problem = "";
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Limits.PayloadDepth + 1 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                problem = "must be a JSON object";
                return false;
            }

            problem = CheckObject(ref reader) ?? "";
            if (problem.Length == 0 && reader.Read())
            {
                problem = "has text after the object";
            }
        }
        catch (JsonException error)
        {
            problem = $"is not valid JSON (byte {error.BytePositionInLine}, line {error.LineNumber})";
        }
        catch (InvalidOperationException)
        {
            problem = NotUnicode;
        }

        return problem.Length == 0;
    }

    private static string? CheckValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= Limits.PayloadDepth:
                return TooDeep;
            case JsonTokenType.String:
                return IsUnicode(ref reader) ? null : NotUnicode;
            case JsonTokenType.StartObject:
                return CheckObject(ref reader);
            case JsonTokenType.StartArray:
                string? problem = null;
                while (problem is null && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    problem = CheckValue(ref reader);
                }

                return problem;
            default:
                return null;
        }
    }

    private static string? CheckObject(ref Utf8JsonReader reader)
    {
        List<string>? keys = null;
        HashSet<string>? manyKeys = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            keys ??= [];
            manyKeys ??= keys.Count == FewKeys ? new HashSet<string>(keys, StringComparer.Ordinal) : null;
            if (manyKeys is not null ? !manyKeys.Add(key) : keys.Contains(key))
            {
                return $"has the key '{key}' twice";
            }

            if (manyKeys is null)
            {
                keys.Add(key);
            }

            reader.Read();
            if (CheckValue(ref reader) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    // The reader itself does not look at what lies between the quotes. Only \u can write half of a surrogate pair,
    // which unescaping refuses by an exception.
    private static bool IsUnicode(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped && reader.ValueSpan.IndexOf("\\u"u8) >= 0)
        {
            _ = reader.GetString();
        }

        return Utf8.IsValid(reader.ValueSpan);
    }
}
