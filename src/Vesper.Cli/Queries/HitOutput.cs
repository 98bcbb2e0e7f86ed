using System.Globalization;
using System.Text.Json;
using Vesper.Cli.Files;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Queries;

/// <summary>Search results for programs.</summary>
internal static class HitOutput
{
    /// <summary>
    /// Writes <c>{"query","id","score","payload"}</c> a line, best first, and <c>vector</c> or <c>vectors</c> where
    /// they were asked for.
    /// </summary>
    public static void WriteJson(JsonOutput output, long query, IReadOnlyList<SearchHit> hits)
    {
        foreach (var hit in hits)
        {
            output.Write(writer =>
            {
                writer.WriteNumber("query"u8, query);
                writer.WritePropertyName("id"u8);
                IdText.Write(writer, hit.Id);
                WriteScore(writer, hit.Score);
                JsonPoint.WriteVectors(writer, hit.Vectors);
                JsonPoint.WritePayload(writer, hit.Payload);
            });
        }
    }

    // The products of huge vectors leave the range of float32, and JSON has no number for what they become.
    private static void WriteScore(Utf8JsonWriter writer, float score)
    {
        if (float.IsFinite(score))
        {
            writer.WriteNumber("score"u8, score);
        }
        else
        {
            writer.WriteString("score"u8, score.ToString(CultureInfo.InvariantCulture));
        }
    }
}
