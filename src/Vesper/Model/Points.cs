namespace Vesper;

/// <summary>A point to write: an id, a vector for each field, and a payload.</summary>
public sealed class Point
{
    /// <summary>A point with one vector, for a collection with one vector field (or for the field named "").</summary>
    public Point(PointId id, ReadOnlyMemory<float> vector, Payload? payload = null)
        : this(id, new Dictionary<string, ReadOnlyMemory<float>>(1, StringComparer.Ordinal) { [""] = vector }, payload)
    {
    }

    /// <summary>A point with a vector for each named field.</summary>
    public Point(PointId id, IReadOnlyDictionary<string, ReadOnlyMemory<float>> vectors, Payload? payload = null)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        Id = id;
        Vectors = vectors;
        Payload = payload ?? Payload.Empty;
    }

    /// <summary>The id.</summary>
    public PointId Id { get; }

    /// <summary>Vectors by field; the key "" means the only field where there is one.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<float>> Vectors { get; }

    /// <summary>The payload; empty when none was given.</summary>
    public Payload Payload { get; }
}

/// <summary>A point as it is stored.</summary>
/// <param name="Id">The id.</param>
/// <param name="Vectors">Vectors by field name, bit-exact as written; null when not asked for.</param>
/// <param name="Payload">The payload; null when not asked for.</param>
public sealed record PointRecord(PointId Id, IReadOnlyDictionary<string, float[]>? Vectors, Payload? Payload);

/// <summary>One search result.</summary>
/// <param name="Id">The id.</param>
/// <param name="Score">L2 and Manhattan: the distance (smaller is better). Dot and cosine: the similarity (larger is
/// better).</param>
/// <param name="Payload">The payload; null when not asked for.</param>
/// <param name="Vectors">Vectors by field; null when not asked for.</param>
public sealed record SearchHit(
    PointId Id, float Score, Payload? Payload, IReadOnlyDictionary<string, float[]>? Vectors);

/// <summary>What a write returns.</summary>
/// <param name="Lsn">Its place in the collection's order: the LSN of its last record, or the current one when nothing
/// changed.</param>
/// <param name="Affected">Points written, changed or deleted.</param>
public readonly record struct WriteResult(Lsn Lsn, long Affected);

/// <summary>Options of one write.</summary>
public sealed record WriteOptions
{
    /// <summary>When it is acknowledged; null takes the collection's level.</summary>
    public Durability? Durability { get; init; }
}

/// <summary>Which points an operation is about: ids, or all that match a filter.</summary>
public sealed class PointSelector
{
    private PointSelector(IReadOnlyList<PointId>? ids, Filter? filter)
    {
        Ids = ids;
        Filter = filter;
    }

    /// <summary>The ids, or null for a filter.</summary>
    public IReadOnlyList<PointId>? Ids { get; }

    /// <summary>The filter, or null for ids.</summary>
    public Filter? Filter { get; }

    /// <summary>These ids. Ids that do not exist are passed over.</summary>
    public static PointSelector Of(params IReadOnlyList<PointId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return new PointSelector(ids, null);
    }

    /// <summary>All points that match.</summary>
    public static PointSelector Matching(Filter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return new PointSelector(null, filter);
    }

    /// <summary>One id.</summary>
    public static implicit operator PointSelector(PointId id) => Of(id);

    /// <summary>These ids.</summary>
    public static implicit operator PointSelector(PointId[] ids) => Of(ids);

    /// <summary>All points that match.</summary>
    public static implicit operator PointSelector(Filter filter) => Matching(filter);
}
