using System.Text;

namespace Vesper;

/// <summary>The search structure of a vector field.</summary>
public enum IndexKind
{
    /// <summary>Flat below <see cref="IndexOptions.GraphFromRows"/> rows of a segment, a graph above.</summary>
    Auto = 0,

    /// <summary>Exact scan, always.</summary>
    Flat = 1,

    /// <summary>A graph, whatever the number of rows.</summary>
    Hnsw = 2,

    /// <summary>
    /// An inverted file over each segment of <see cref="IndexOptions.InvertedFromRows"/> rows or more, built when the
    /// segment is merged: compact, and quick to build.
    /// </summary>
    Ivf = 3,
}

/// <summary>How a vector field is indexed.</summary>
public sealed record IndexOptions
{
    /// <summary>Rows of a segment from which <see cref="IndexKind.Auto"/> builds a graph.</summary>
    public const int GraphFromRows = 10_000;

    /// <summary>Rows of a segment from which <see cref="IndexKind.Ivf"/> builds an inverted file.</summary>
    public const int InvertedFromRows = 1_000;

    /// <summary>The structure.</summary>
    public IndexKind Kind { get; init; } = IndexKind.Auto;

    /// <summary>Links per graph node on the upper layers (twice as many on the lowest), 2 to 128.</summary>
    public int M { get; init; } = 16;

    /// <summary>
    /// Candidates kept while a node is inserted, M to 4,096: more makes a better graph and a slower build.
    /// </summary>
    public int EfConstruction { get; init; } = 200;

    /// <summary>Candidates kept while searching when a request names no effort, 1 to 65,536.</summary>
    public int EfSearch { get; init; } = 64;

    /// <summary>Options of <see cref="IndexKind.Ivf"/>.</summary>
    public IvfOptions Ivf { get; init; } = new();

    internal void Validate(string field, VectorFieldOptions vectors)
    {
        Require(Enum.IsDefined(Kind), field, "index kind", "auto, flat, hnsw or ivf");
        Require(M is >= 2 and <= 128, field, "M", "2 to 128");
        Require(EfConstruction >= M && EfConstruction <= 4_096, field, "EfConstruction", $"{M} (M) to 4,096");
        Require(EfSearch is >= 1 and <= Limits.SearchWindow, field, "EfSearch", "1 to 65,536");
        Require(Ivf is not null, field, "IVF options", "given");
        if (Kind == IndexKind.Ivf)
        {
            Ivf!.Validate(field, vectors);
        }
    }

    private static void Require(bool condition, string field, string option, string range)
    {
        if (!condition)
        {
            throw new SchemaException(field, $"{option} must be {range}");
        }
    }
}

/// <summary>One vector field of a collection: float32 vectors of one width under one metric.</summary>
/// <param name="Dimensions">1 to 65,536.</param>
/// <param name="Metric">How nearness is measured.</param>
public sealed record VectorFieldOptions(int Dimensions, Metric Metric)
{
    /// <summary>How it is indexed.</summary>
    public IndexOptions Index { get; init; } = new();

    internal void Validate(string field)
    {
        if (Dimensions < 1)
        {
            throw new SchemaException(field, $"dimensions must be 1 to {Limits.Dimensions}, not {Dimensions}");
        }

        LimitExceededException.ThrowIfAbove($"{field}: dimensions", Dimensions, Limits.Dimensions, "dimensions");
        if (!Enum.IsDefined(Metric))
        {
            throw new SchemaException(field, "metric must be l2, dot, cosine or manhattan");
        }

        Index.Validate(field, this);
    }
}

/// <summary>The type of a payload index. The numbers are stored in files (docs/formats/ids.md).</summary>
public enum PayloadIndexType : byte
{
    /// <summary>Strings, matched whole.</summary>
    Keyword = 1,

    /// <summary>
    /// 64-bit integers: match and range. A number without a fraction is an integer, however it is written.
    /// </summary>
    Integer = 2,

    /// <summary>64-bit floating-point numbers: match and range.</summary>
    Float = 3,

    /// <summary>true or false.</summary>
    Bool = 4,

    /// <summary>RFC 3339 date-times: match and range.</summary>
    DateTime = 5,
}

/// <summary>How a collection is made. Stored with the data.</summary>
public sealed record CollectionOptions
{
    /// <summary>The vector fields by name, 1 to 64. The name "" is the default field.</summary>
    public Dictionary<string, VectorFieldOptions> Vectors { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Payload indexes by path ("a.b").</summary>
    public Dictionary<string, PayloadIndexType> PayloadIndexes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>When writes are acknowledged, unless a call says otherwise.</summary>
    public Durability Durability { get; init; } = Durability.Sync;

    /// <summary>When the active segment is sealed.</summary>
    public SegmentOptions Segments { get; init; } = new();

    internal CollectionOptions Copy() => this with
    {
        Vectors = new Dictionary<string, VectorFieldOptions>(Vectors, StringComparer.Ordinal),
        PayloadIndexes = new Dictionary<string, PayloadIndexType>(PayloadIndexes, StringComparer.Ordinal),
    };

    internal void Validate()
    {
        Require(Vectors, "vectors");
        Require(PayloadIndexes, "payload indexes");
        Require(Segments, "segments");
        if (Vectors.Count == 0)
        {
            throw new SchemaException("vectors", "a collection needs at least one vector field");
        }

        LimitExceededException.ThrowIfAbove("vectors", Vectors.Count, Limits.VectorFields, "fields");
        LimitExceededException.ThrowIfAbove("payload indexes", PayloadIndexes.Count, Limits.PayloadIndexes, "indexes");
        foreach (var (name, field) in Vectors)
        {
            if (name.Length > 0)
            {
                Limits.RequireName("vector field", name);
            }

            var place = name.Length == 0 ? "vector" : $"vector '{name}'";
            Require(field, place);
            Require(field.Index, $"{place}: index");
            field.Validate(place);
        }

        foreach (var (path, type) in PayloadIndexes)
        {
            PayloadPath.Require(path);
            if (!Enum.IsDefined(type))
            {
                throw new SchemaException(path, "payload index type must be keyword, integer, float, bool or datetime");
            }
        }

        Segments.Validate();
    }

    private static void Require(object? part, string field)
    {
        if (part is null)
        {
            throw new SchemaException(field, "must not be null");
        }
    }
}

/// <summary>Size limits of the active segment; whichever is reached first seals it.</summary>
public sealed record SegmentOptions
{
    /// <summary>Rows, 1 to 16,777,216.</summary>
    public int MaxRows { get; init; } = 100_000;

    /// <summary>Bytes of vectors and payload, at least 64 KiB.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    internal void Validate()
    {
        if (MaxRows is < 1 or > 1 << 24)
        {
            throw new SchemaException("segments", "MaxRows must be 1 to 16,777,216");
        }

        if (MaxBytes < 64 << 10)
        {
            throw new SchemaException("segments", "MaxBytes must be at least 65,536");
        }
    }
}

/// <summary>Paths into a payload: keys joined by dots.</summary>
internal static class PayloadPath
{
    public static void Require(string path)
    {
        if (string.IsNullOrEmpty(path)
            || path.Split('.').Any(static key => key.Length == 0 || key.EndsWith("[]", StringComparison.Ordinal)))
        {
            throw new SchemaException("payload path", $"'{path}' must be keys joined by single dots, without []");
        }

        try
        {
            LimitExceededException.ThrowIfAbove(
                "payload path", FilterValue.StrictUtf8.GetByteCount(path), Limits.PathBytes, "UTF-8 bytes");
        }
        catch (EncoderFallbackException)
        {
            throw new SchemaException("payload path", "is not valid Unicode");
        }
    }
}
