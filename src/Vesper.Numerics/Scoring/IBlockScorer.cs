namespace Vesper.Numerics.Scoring;

/// <summary>Scans blocks of codes for one query. Smaller estimates are nearer.</summary>
/// <remarks>
/// Used by one thread at a time. <see cref="IDisposable.Dispose"/> returns it to its pool; it must not be used after.
/// </remarks>
public interface IBlockScorer : IDisposable
{
    /// <summary>
    /// Finds rows whose estimate, less its error bound, does not exceed a threshold. No row whose exact quantized
    /// score (by unrounded tables) is within the threshold is left out.
    /// </summary>
    /// <param name="blocks">Whole blocks, ⌈rows / 32⌉ of them.</param>
    /// <param name="rows">Rows in use, from the first slot on.</param>
    /// <param name="list">What all rows of the list share.</param>
    /// <param name="threshold">Inclusive; may be +∞.</param>
    /// <param name="positions">At least as long as <paramref name="rows"/>: rows found, ascending.</param>
    /// <param name="estimates">As long as the positions: each row's estimate (exact quantized score).</param>
    /// <returns>How many were found.</returns>
    int Scan(
        ReadOnlySpan<byte> blocks,
        int rows,
        ListTerms list,
        float threshold,
        Span<int> positions,
        Span<float> estimates);
}

/// <summary>What all rows of a list share in a scan.</summary>
/// <param name="Offset">Added to every estimate.</param>
/// <param name="Radius">‖query − centroid‖, to which the error of an unbiased estimate is proportional.</param>
public readonly record struct ListTerms(float Offset, float Radius);
