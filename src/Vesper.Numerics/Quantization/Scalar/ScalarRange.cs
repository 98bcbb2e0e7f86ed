namespace Vesper.Numerics.Quantization.Scalar;

/// <summary>Which elements share a range of codes. The numbers are stored in files.</summary>
public enum ScalarRange : byte
{
    /// <summary>Each dimension has its own.</summary>
    PerDimension = 1,

    /// <summary>All dimensions have one: for rows whose dimensions are alike.</summary>
    Global = 2,
}
