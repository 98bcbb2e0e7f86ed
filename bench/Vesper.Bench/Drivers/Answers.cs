using System.Text.Json;

namespace Vesper.Bench.Drivers;

/// <summary>Who answers.</summary>
/// <param name="Name">The engine's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Facts">Sentences that a reader of the figures must know.</param>
/// <param name="Indexes">Kinds of index it builds.</param>
internal sealed record HelloAnswer(
    string Name, string Version, IReadOnlyList<string> Facts, IReadOnlyList<string> Indexes)
{
    /// <summary>Reads an answer.</summary>
    public static HelloAnswer Read(JsonElement answer) => new(
        AnswerFields.Text(answer, "name"),
        AnswerFields.Text(answer, "version"),
        AnswerFields.Texts(answer, "facts"),
        AnswerFields.Texts(answer, "indexes"));
}

/// <summary>An index was built, or found built and loaded.</summary>
internal sealed record BuildAnswer
{
    /// <summary>True when it was built now.</summary>
    public required bool Built { get; init; }

    /// <summary>All numbers of the answer, by name.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    /// <summary>Reads an answer.</summary>
    public static BuildAnswer Read(JsonElement answer)
    {
        foreach (var name in new[] { "build_s", "save_s", "load_s", "index_bytes", "peak_rss_bytes", "rss_bytes" })
        {
            AnswerFields.Number(answer, name);
        }

        return new BuildAnswer
        {
            Built = answer.TryGetProperty("built", out var built) && built.ValueKind == JsonValueKind.True,
            Figures = AnswerFields.Numbers(answer),
        };
    }
}

/// <summary>A timed search.</summary>
/// <param name="Figures"><c>qps</c>, <c>p50_ms</c>, <c>p95_ms</c>, <c>p99_ms</c>, <c>batch_qps</c> where given.</param>
/// <param name="Ids">The row numbers found, k a query, −1 where there were fewer.</param>
internal sealed record SearchAnswer(IReadOnlyDictionary<string, double> Figures, int[] Ids)
{
    private static readonly string[] Names = ["qps", "p50_ms", "p95_ms", "p99_ms"];

    /// <summary>Reads an answer.</summary>
    public static SearchAnswer Read(JsonElement answer, int[] ids)
    {
        var figures = Names.ToDictionary(name => name, name => AnswerFields.Number(answer, name));
        if (answer.TryGetProperty("batch_qps", out var batch) && batch.ValueKind == JsonValueKind.Number)
        {
            figures["batch_qps"] = AnswerFields.Number(answer, "batch_qps");
        }

        return new SearchAnswer(figures, ids);
    }
}

/// <summary>Fields of an answer; what is missing or of another kind is told by name.</summary>
internal static class AnswerFields
{
    /// <summary>A number that is finite and not negative.</summary>
    public static double Number(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number) && double.IsFinite(number) && number >= 0
            ? number
            : throw Missing(name, "a number");

    /// <summary>All that are numbers.</summary>
    public static IReadOnlyDictionary<string, double> Numbers(JsonElement answer) => answer.EnumerateObject()
        .Where(field => field.Value.ValueKind == JsonValueKind.Number)
        .ToDictionary(field => field.Name, field => Number(answer, field.Name));

    /// <summary>A text.</summary>
    public static string Text(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Missing(name, "a text");

    /// <summary>An array of texts.</summary>
    public static IReadOnlyList<string> Texts(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
        && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw Missing(name, "an array of texts");

    private static DriverException Missing(string name, string kind) =>
        new($"the answer lacks '{name}', {kind}");
}
