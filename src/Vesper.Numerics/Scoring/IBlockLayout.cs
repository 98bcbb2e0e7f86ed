namespace Vesper.Numerics.Scoring;

/// <summary>
/// Codes of up to 32 rows in one block, laid out for the scan, each with a term that is added to its estimate.
/// </summary>
/// <remarks>Stateless, thread-safe. A block that is all zeros is valid; what a slot holds beyond the rows in use does
/// not matter.</remarks>
public interface IBlockLayout
{
    /// <summary>Rows of a block.</summary>
    const int RowsPerBlock = 32;

    /// <summary>Bytes of one block: 32 codes, 32 terms, padding.</summary>
    int BlockBytes { get; }

    /// <summary>Puts a code and its term into a slot.</summary>
    /// <param name="block"><see cref="BlockBytes"/> bytes.</param>
    /// <param name="slot">0 … 31.</param>
    /// <param name="code">A code of the quantizer.</param>
    /// <param name="term">Finite; added to the row's estimate.</param>
    void Write(Span<byte> block, int slot, ReadOnlySpan<byte> code, float term);

    /// <summary>Takes a code out of a slot and returns its term.</summary>
    float Read(ReadOnlySpan<byte> block, int slot, Span<byte> code);

    /// <summary>
    /// A scorer for a query: a row's estimate is offset + term + weight × ⟨query, decoded row⟩. Pooled.
    /// </summary>
    /// <param name="query">As many finite floats as the quantizer has dimensions.</param>
    /// <param name="weight">−2 for squared L2, −1 for negated dot products.</param>
    IBlockScorer ScorerFor(ReadOnlySpan<float> query, float weight);
}
