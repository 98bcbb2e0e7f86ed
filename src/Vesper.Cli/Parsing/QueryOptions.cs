using System.CommandLine;

namespace Vesper.Cli.Parsing;

/// <summary>Options and arguments that several verbs take.</summary>
internal static class QueryOptions
{
    /// <summary>The collection a verb is about.</summary>
    public static Argument<string> CollectionName() => new("NAME") { Description = "The collection" };

    /// <summary>The vector field.</summary>
    public static Option<string?> Field { get; } = Parsed.Option<string?>(
        "--field", "NAME", "The vector field, where a collection has several", text => text);

    /// <summary>Ids of points.</summary>
    public static Argument<List<PointId>> Ids() => Parsed.Arguments(
        "ID", "Ids: digits are a number, a UUID is a UUID, all else a string; '\"7\"' is the string 7", Values.Id);

    /// <summary>Results wanted.</summary>
    public static Option<int> K() => Parsed.Integer("--k", "Results wanted", new(1, Limits.SearchWindow), 10);

    /// <summary>A filter.</summary>
    public static Option<Filter?> Filter() => Parsed.Option<Filter?>(
        "--filter",
        "JSON",
        "Only points that match, e.g. '{\"must\":[{\"key\":\"lang\",\"match\":{\"value\":\"en\"}}]}'",
        Vesper.Filter.Parse);

    /// <summary>Whether to compare every point.</summary>
    public static Option<bool> Exact() =>
        new("--exact") { Description = "Compare every matching point: the exact answer" };

    /// <summary>Whether to show vectors, where they are not shown anyway.</summary>
    public static Option<bool> WithVectors() => new("--with-vectors") { Description = "Show the vectors as well" };

    /// <summary>Whether to leave vectors out, where they are shown otherwise.</summary>
    public static Option<bool> NoVectors() => new("--no-vectors") { Description = "Leave out the vectors" };

    /// <summary>Whether to leave payloads out.</summary>
    public static Option<bool> NoPayload() => new("--no-payload") { Description = "Leave out the payloads" };

    /// <summary>The points that a write is about: ids or a filter, one of them.</summary>
    public static PointSelector Selector(IReadOnlyList<PointId> ids, Filter? filter)
    {
        if (ids.Count > 0 == filter is not null)
        {
            throw new UsageException("give either ids or --filter");
        }

        return filter is null ? PointSelector.Of(ids) : PointSelector.Matching(filter);
    }
}
