namespace Vesper.Numerics.Scoring;

/// <summary>A trained encoding: rows of floats to codes of a fixed size, and back to an approximation.</summary>
/// <remarks>Immutable, thread-safe. Training is each quantizer's own.</remarks>
public interface IQuantizer
{
    /// <summary>Elements of a row.</summary>
    int Dimensions { get; }

    /// <summary>Bytes of one row's code.</summary>
    int CodeBytes { get; }

    /// <summary>
    /// Whether ⟨query, decoded⟩ estimates ⟨query, row⟩ without bias while the decoded norm means nothing (RaBitQ): a
    /// distance then takes the row's own norm.
    /// </summary>
    bool IsUnbiased { get; }

    /// <summary>How codes are packed for scanning.</summary>
    IBlockLayout Blocks { get; }

    /// <summary>Writes the code of a row.</summary>
    /// <param name="row"><see cref="Dimensions"/> finite floats.</param>
    /// <param name="code"><see cref="CodeBytes"/> bytes.</param>
    void Encode(ReadOnlySpan<float> row, Span<byte> code);

    /// <summary>
    /// Writes the code of a row that is the difference from a centroid: a quantizer whose scan looks twice (RaBitQ)
    /// keeps with the code what its first look needs of the centroid. By default the centroid is not looked at.
    /// </summary>
    /// <param name="row"><see cref="Dimensions"/> finite floats.</param>
    /// <param name="centroid">As long: what was subtracted.</param>
    /// <param name="code"><see cref="CodeBytes"/> bytes.</param>
    void EncodeResidual(ReadOnlySpan<float> row, ReadOnlySpan<float> centroid, Span<byte> code) =>
        Encode(row, code);

    /// <summary>Writes the codes of several rows, the same that <see cref="Encode"/> gives; it may be faster.</summary>
    /// <param name="rows">Rows one after the other.</param>
    /// <param name="codes">At least as many codes, one after the other.</param>
    void EncodeRows(ReadOnlySpan<float> rows, Span<byte> codes)
    {
        for (; rows.Length >= Dimensions; rows = rows[Dimensions..], codes = codes[CodeBytes..])
        {
            Encode(rows[..Dimensions], codes[..CodeBytes]);
        }
    }

    /// <summary>Writes the approximation that a code stands for.</summary>
    /// <param name="code"><see cref="CodeBytes"/> bytes that <see cref="Encode"/> wrote.</param>
    /// <param name="row"><see cref="Dimensions"/> floats.</param>
    void Decode(ReadOnlySpan<byte> code, Span<float> row);
}
