using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vesper;

/// <summary>
/// A condition on payload and id. Build it with the factories here, or read the JSON form with <see
/// cref="Parse(string)"/>.
/// An array in a payload matches when any of its elements does; 1 equals 1.0; a value of another type does not match.
/// </summary>
/// <remarks>
/// Immutable; two filters are equal when they are built alike. A path is keys joined by dots; an array on the way
/// stands for
/// its elements. docs/guide/filters.md has the exact meaning of every condition. Factories throw
/// <see cref="SchemaException"/> for a path or value that cannot be meant, <see cref="LimitExceededException"/> for
/// more
/// than 1,024 nodes, a depth above 32, or more than 100,000 values in one condition.
/// </remarks>
public abstract record Filter
{
    private static readonly JsonWriterOptions Readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private protected Filter(int depth, int nodes)
    {
        LimitExceededException.ThrowIfAbove("filter depth", depth, Limits.FilterDepth, "levels");
        LimitExceededException.ThrowIfAbove("filter nodes", nodes, Limits.FilterNodes, "nodes");
        Depth = depth;
        Nodes = nodes;
    }

    // Levels, 1 for a condition.
    internal int Depth { get; }

    // Conditions and groups, this one included.
    internal int Nodes { get; }

    /// <summary>Reads the JSON form (docs/guide/filters.md).</summary>
    /// <exception cref="SchemaException">Malformed, or not a filter: names the place.</exception>
    /// <exception cref="LimitExceededException">More than 1,024 nodes, or deeper than 32.</exception>
    public static Filter Parse(string json) => FilterParser.Parse(json);

    /// <summary>All of the conditions hold. None given: every point matches.</summary>
    public static Filter Must(params IReadOnlyList<Filter> conditions) => new ClauseFilter(must: Given(conditions));

    /// <summary>At least one of the conditions holds. None given: every point matches.</summary>
    public static Filter Should(params IReadOnlyList<Filter> conditions) => new ClauseFilter(should: Given(conditions));

    /// <summary>None of the conditions holds.</summary>
    public static Filter MustNot(params IReadOnlyList<Filter> conditions) =>
        new ClauseFilter(mustNot: Given(conditions));

    /// <summary>At least <paramref name="count"/> (≥ 0) of the conditions hold.</summary>
    public static Filter AtLeast(int count, params IReadOnlyList<Filter> conditions) =>
        new ClauseFilter(minShould: Given(conditions), minCount: count);

    /// <summary>A value at the path is this string.</summary>
    public static Filter Match(string path, string value) => new MatchFilter(path, FilterValue.Of(value));

    /// <summary>A value at the path is this number, compared by value.</summary>
    public static Filter Match(string path, long value) => new MatchFilter(path, FilterValue.Of(value));

    /// <summary>A value at the path is this finite number, compared by value.</summary>
    public static Filter Match(string path, double value) => new MatchFilter(path, FilterValue.Of(value));

    /// <summary>A value at the path is this truth value.</summary>
    public static Filter Match(string path, bool value) => new MatchFilter(path, FilterValue.Of(value));

    /// <summary>A value at the path is one of these strings.</summary>
    public static Filter MatchAny(string path, params IReadOnlyList<string> values) =>
        new MatchAnyFilter(path, values.Select(FilterValue.Of));

    /// <summary>A value at the path is one of these numbers.</summary>
    public static Filter MatchAny(string path, params IReadOnlyList<long> values) =>
        new MatchAnyFilter(path, values.Select(FilterValue.Of));

    /// <summary>A value at the path, of whatever type but null, is none of these strings.</summary>
    public static Filter MatchExcept(string path, params IReadOnlyList<string> values) =>
        new MatchExceptFilter(path, values.Select(FilterValue.Of));

    /// <summary>A value at the path, of whatever type but null, is none of these numbers.</summary>
    public static Filter MatchExcept(string path, params IReadOnlyList<long> values) =>
        new MatchExceptFilter(path, values.Select(FilterValue.Of));

    /// <summary>A number at the path lies within all of the bounds given (at least one).</summary>
    /// <param name="path">Keys joined by dots.</param>
    /// <param name="gt">Above this.</param>
    /// <param name="gte">At or above this.</param>
    /// <param name="lt">Below this.</param>
    /// <param name="lte">At or below this.</param>
    public static Filter Range(
        string path, long? gt = null, long? gte = null, long? lt = null, long? lte = null) =>
        new RangeFilter(path, new(Number(gt), Number(gte), Number(lt), Number(lte)));

    /// <summary>A number at the path lies within all of the finite bounds given (at least one).</summary>
    /// <param name="path">Keys joined by dots.</param>
    /// <param name="gt">Above this.</param>
    /// <param name="gte">At or above this.</param>
    /// <param name="lt">Below this.</param>
    /// <param name="lte">At or below this.</param>
    public static Filter Range(
        string path, double? gt = null, double? gte = null, double? lt = null, double? lte = null) =>
        new RangeFilter(path, new(Number(gt), Number(gte), Number(lt), Number(lte)));

    /// <summary>An RFC 3339 date-time at the path lies within all of the bounds given (at least one).</summary>
    /// <param name="path">Keys joined by dots.</param>
    /// <param name="gt">After this.</param>
    /// <param name="gte">At or after this.</param>
    /// <param name="lt">Before this.</param>
    /// <param name="lte">At or before this.</param>
    public static Filter DateRange(
        string path,
        DateTimeOffset? gt = null,
        DateTimeOffset? gte = null,
        DateTimeOffset? lt = null,
        DateTimeOffset? lte = null) =>
        new DateRangeFilter(path, new(gt?.UtcTicks, gte?.UtcTicks, lt?.UtcTicks, lte?.UtcTicks));

    /// <summary>
    /// There is a value at the path that is neither null nor an empty array: the opposite of <see cref="IsEmpty"/>.
    /// </summary>
    public static Filter Exists(string path) => new ExistsFilter(path);

    /// <summary>The path is missing, or there is nothing at it but null and empty arrays.</summary>
    public static Filter IsEmpty(string path) => new IsEmptyFilter(path);

    /// <summary>A value at the path is null.</summary>
    public static Filter IsNull(string path) => new IsNullFilter(path);

    /// <summary>The point's id is one of these.</summary>
    public static Filter HasId(params IReadOnlyList<PointId> ids) => new HasIdFilter(ids);

    /// <summary>Both hold.</summary>
    public static Filter operator &(Filter left, Filter right) => Must(left, right);

    /// <summary>At least one holds.</summary>
    public static Filter operator |(Filter left, Filter right) => Should(left, right);

    /// <summary>It does not hold.</summary>
    public static Filter operator !(Filter filter) => MustNot(filter);

    /// <summary>The JSON form, which <see cref="Parse(string)"/> reads.</summary>
    public sealed override string ToString()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Readable))
        {
            WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    internal abstract void WriteTo(Utf8JsonWriter writer);

    // Absent conditions would match everything.
    private static IReadOnlyList<Filter> Given(
        IReadOnlyList<Filter> conditions, [CallerArgumentExpression(nameof(conditions))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(conditions, name);
        return conditions;
    }

    private static NumericValue? Number(long? value) => value is { } number ? NumericValue.Of(number) : null;

    private static NumericValue? Number(double? value) => value is { } number ? FilterValue.Finite(number) : null;
}
