using System.Globalization;
using System.Text;
using System.Text.Json;
using Vesper.Cli.Files;

namespace Vesper.Cli.Parsing;

/// <summary>Readers of single values of the command line.</summary>
internal static class Values
{
    private static readonly (string, PayloadIndexType)[] IndexTypes =
    [
        ("keyword", PayloadIndexType.Keyword), ("integer", PayloadIndexType.Integer), ("float", PayloadIndexType.Float),
        ("bool", PayloadIndexType.Bool), ("datetime", PayloadIndexType.DateTime),
    ];

    /// <summary><c>sync</c>, <c>interval:MS</c> or <c>none</c>.</summary>
    public static Durability? Durability(string text)
    {
        if (text.StartsWith("interval:", StringComparison.OrdinalIgnoreCase))
        {
            return Vesper.Durability.Interval(
                new Parsed.Range(1, 60_000).Read("the interval in milliseconds", text[9..]));
        }

        return Parsed.OneOf(
            text, ("sync", Vesper.Durability.Sync), ("none", Vesper.Durability.None), ("interval:MS", default));
    }

    /// <summary>A metric by its name.</summary>
    public static Metric? Metric(string text) => Parsed.OneOf<Metric?>(
        text,
        ("l2", Vesper.Metric.L2),
        ("dot", Vesper.Metric.Dot),
        ("cosine", Vesper.Metric.Cosine),
        ("manhattan", Vesper.Metric.Manhattan));

    /// <summary>A JSON array of numbers.</summary>
    public static float[] Vector(string text)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            reader.Read();
            var vector = JsonPoint.ParseVector("the query", ref reader);
            return reader.Read() ? throw new UsageException("text after the array") : vector;
        }
        catch (JsonException)
        {
            throw new UsageException("must be a JSON array of numbers, like [0.1,0.2]");
        }
    }

    /// <summary>Numbers with commas between: the efforts of an evaluation.</summary>
    public static List<int> Efforts(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries).Select(Effort)];

    /// <summary><c>path:type</c> of a payload index; the path may hold colons.</summary>
    public static KeyValuePair<string, PayloadIndexType> PayloadIndex(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0
            ? KeyValuePair.Create(PayloadPath(text[..colon]), Parsed.OneOf(text[(colon + 1)..], IndexTypes))
            : throw new UsageException($"'{text}' must be path:type, like section:keyword");
    }

    /// <summary><c>name:dimensions:metric</c> of a vector field.</summary>
    public static KeyValuePair<string, VectorFieldOptions> VectorField(string text)
    {
        var parts = text.Split(':');
        if (parts.Length != 3)
        {
            throw new UsageException($"'{text}' must be name:dimensions:metric, like image:512:cosine");
        }

        var options = new VectorFieldOptions(Dimensions(parts[1]), Metric(parts[2])!.Value);
        return KeyValuePair.Create(FieldName(parts[0]), options);
    }

    /// <summary>The name of a collection that is made.</summary>
    public static string CollectionName(string text)
    {
        Limits.RequireName("collection", text);
        return text;
    }

    /// <summary>The name of a vector field that is made; "" is the default field.</summary>
    public static string FieldName(string text)
    {
        if (text.Length > 0)
        {
            Limits.RequireName("vector field", text);
        }

        return text;
    }

    /// <summary>A payload path that is indexed. Unlike one of a filter, it does not say where arrays are.</summary>
    public static string PayloadPath(string text)
    {
        if (text.Split('.').Any(key => key.EndsWith("[]", StringComparison.Ordinal)))
        {
            throw new UsageException($"'{text}' must be keys joined by single dots, without []");
        }

        // A condition checks the rest of what makes a path.
        _ = Filter.Exists(text);
        return text;
    }

    /// <summary>
    /// An id: digits are a number, a UUID is one, all else a string; in double quotes always a string.
    /// </summary>
    public static PointId Id(string text) => IdText.Parse("id", text);

    /// <summary>Throws when an option was given too often.</summary>
    public static void RequireAtMost(string option, int count, int most)
    {
        if (count > most)
        {
            throw new UsageException($"{option}: {count} are given; the limit is {most}");
        }
    }

    /// <summary>A score: any finite number.</summary>
    public static float? Score(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && float.IsFinite(score)
            ? score
            : throw new UsageException($"'{text}' is not a number within float32");

    /// <summary>A count of rows.</summary>
    public static long Rows(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            ? rows
            : throw new UsageException($"'{text}' is not a number of rows");

    private static int Effort(string text) => new Parsed.Range(1, Limits.SearchWindow).Read("each ef", text);

    private static int Dimensions(string text) => new Parsed.Range(1, Limits.Dimensions).Read("dimensions", text);
}
