using System.Text;
using System.Text.Json;
using Vesper.Cli.Files;
using Vesper.Cli.Text;

namespace Vesper.Cli.Demo;

/// <summary>A question of the demo.</summary>
/// <param name="Text">What is looked for.</param>
/// <param name="FilterJson">The filter, or null for none.</param>
internal sealed record DemoQuestion(string Text, string? FilterJson);

/// <summary>The sample that travels with the tool: Debian packages with metadata, and questions about them.</summary>
internal static class DebianSample
{
    /// <summary>
    /// How the demo's collection is made: a graph even for a few thousand rows, so that there is one to see.
    /// </summary>
    public static CollectionOptions Options(int dimensions) => new()
    {
        Vectors =
        {
            [""] = new VectorFieldOptions(dimensions, Metric.Cosine) { Index = new() { Kind = IndexKind.Hnsw } },
        },
        PayloadIndexes =
        {
            ["section"] = PayloadIndexType.Keyword,
            ["priority"] = PayloadIndexType.Keyword,
            ["architecture"] = PayloadIndexType.Keyword,
            ["tags"] = PayloadIndexType.Keyword,
            ["installed_size"] = PayloadIndexType.Integer,
            ["depends_count"] = PayloadIndexType.Integer,
        },
    };

    /// <summary>Whether a collection is made in this way, so that the demo may remake it.</summary>
    public static bool Made(Collection collection, CollectionOptions options)
    {
        var found = collection.Options;
        return found.Durability == options.Durability
            && found.Segments == options.Segments
            && found.Vectors.Count == options.Vectors.Count
            && found.Vectors.All(field => options.Vectors.GetValueOrDefault(field.Key) == field.Value)
            && found.PayloadIndexes.Count == options.PayloadIndexes.Count
            && found.PayloadIndexes.All(
                index => options.PayloadIndexes.TryGetValue(index.Key, out var type) && type == index.Value);
    }

    /// <summary>
    /// The packages as points, numbered in file order, embedded from their short and long descriptions.
    /// </summary>
    public static List<Point> LoadPoints(WordVectorEmbedder embedder)
    {
        using var lines = new LineReader(Samples.PathOf("docs.jsonl.gz"));
        var points = new List<Point>();
        while (lines.TryRead(out var line))
        {
            var payload = JsonPoint.ParsePayload(lines.Place, line);
            var vector = embedder.Embed($"{Text(payload, "short")} {Text(payload, "long")}");
            points.Add(new Point(new PointId((ulong)points.Count), vector, payload));
        }

        return points;
    }

    /// <summary>The questions.</summary>
    public static List<DemoQuestion> LoadQuestions()
    {
        using var lines = new LineReader(Samples.PathOf("queries.jsonl"));
        var questions = new List<DemoQuestion>();
        while (lines.TryRead(out var line))
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetString(line));
            var root = document.RootElement;
            questions.Add(new DemoQuestion(
                root.GetProperty("text").GetString()!,
                root.TryGetProperty("filter", out var filter) ? filter.GetRawText() : null));
        }

        return questions;
    }

    /// <summary>A text of a payload.</summary>
    public static string Text(Payload payload, string key)
    {
        using var document = JsonDocument.Parse(payload.Utf8);
        return document.RootElement.TryGetProperty(key, out var value) ? value.ToString() : "";
    }
}
