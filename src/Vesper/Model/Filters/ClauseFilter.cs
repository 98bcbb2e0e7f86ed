using System.Text.Json;

namespace Vesper;

/// <summary>
/// A group of conditions in up to four clauses, all of which must hold; a clause without conditions holds.
/// </summary>
internal sealed record ClauseFilter : Filter
{
    public ClauseFilter(
        IReadOnlyList<Filter>? must = null,
        IReadOnlyList<Filter>? should = null,
        IReadOnlyList<Filter>? mustNot = null,
        IReadOnlyList<Filter>? minShould = null,
        int minCount = 0)
        : base(1 + Depths(must, should, mustNot, minShould), 1 + Counts(must, should, mustNot, minShould))
    {
        Must = List(must);
        Should = List(should);
        MustNot = List(mustNot);
        MinShould = minShould is null ? null : List(minShould);
        MinCount = minCount >= 0
            ? minCount
            : throw new SchemaException("min_count", $"must be 0 or more, not {minCount}");
    }

    /// <summary>All hold.</summary>
    public new ValueList<Filter> Must { get; }

    /// <summary>At least one holds, when there is any.</summary>
    public new ValueList<Filter> Should { get; }

    /// <summary>None holds.</summary>
    public new ValueList<Filter> MustNot { get; }

    /// <summary>At least <see cref="MinCount"/> hold; null when there is no such clause.</summary>
    public ValueList<Filter>? MinShould { get; }

    public int MinCount { get; }

    internal override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteClause(writer, "must", Must);
        WriteClause(writer, "should", Should);
        WriteClause(writer, "must_not", MustNot);
        if (MinShould is not null)
        {
            writer.WriteStartObject("min_should");
            writer.WriteStartArray("conditions");
            WriteAll(writer, MinShould);
            writer.WriteEndArray();
            writer.WriteNumber("min_count", MinCount);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteClause(Utf8JsonWriter writer, string name, ValueList<Filter> conditions)
    {
        if (conditions.Count > 0)
        {
            writer.WriteStartArray(name);
            WriteAll(writer, conditions);
            writer.WriteEndArray();
        }
    }

    private static void WriteAll(Utf8JsonWriter writer, ValueList<Filter> conditions)
    {
        foreach (var condition in conditions)
        {
            condition.WriteTo(writer);
        }
    }

    private static ValueList<Filter> List(IReadOnlyList<Filter>? conditions) =>
        conditions is null || conditions.Count == 0 ? ValueList<Filter>.Empty : new(conditions);

    private static int Depths(params ReadOnlySpan<IReadOnlyList<Filter>?> clauses)
    {
        var depth = 0;
        foreach (var clause in clauses)
        {
            foreach (var condition in clause ?? [])
            {
                ArgumentNullException.ThrowIfNull(condition, "conditions");
                depth = Math.Max(depth, condition.Depth);
            }
        }

        return depth;
    }

    private static int Counts(params ReadOnlySpan<IReadOnlyList<Filter>?> clauses)
    {
        var nodes = 0L;
        foreach (var clause in clauses)
        {
            foreach (var condition in clause ?? [])
            {
                nodes += condition.Nodes;
            }
        }

        return (int)Math.Min(nodes, int.MaxValue - 1);
    }
}
