namespace Vesper.Indexing;

/// <summary>
/// The vectors of one field of one segment, by ordinal. One writer may append while others read what is counted.
/// </summary>
internal interface IVectorStore
{
    /// <summary>Rows.</summary>
    int Count { get; }

    /// <summary>Dimensions.</summary>
    int Dimensions { get; }

    /// <summary>A scorer from a query to rows.</summary>
    IScorer ScorerFor(ReadOnlySpan<float> query);

    /// <summary>A scorer from a stored row to rows.</summary>
    IScorer ScorerFor(Ordinal row);

    /// <summary>At least the Euclidean norm of each of the first rows. Measured once a row.</summary>
    double LargestNorm(int rows);

    /// <summary>Copies a row's vector, bit-exact as it was given.</summary>
    void Read(Ordinal row, Span<float> into);
}
