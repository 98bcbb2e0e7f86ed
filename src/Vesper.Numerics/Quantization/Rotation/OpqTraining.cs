namespace Vesper.Numerics.Quantization;

/// <summary>Why a rotation was improved no further.</summary>
public enum OpqStop
{
    /// <summary>The error without a rotation was low already; none was looked for.</summary>
    LowError,

    /// <summary>An improvement gained too little.</summary>
    Stalled,

    /// <summary>All iterations were done.</summary>
    Iterations,

    /// <summary>The time was over.</summary>
    Budget,

    /// <summary>The next matrix was not orthonormal; the one before it was kept.</summary>
    Degenerate,
}

/// <summary>What a training with rotation came to.</summary>
/// <param name="Rotation">The rotation, or null when it is not better on the rows that were held out.</param>
/// <param name="Codebooks">The codebooks that go with it.</param>
/// <param name="PlainError">Mean squared error of held-out rows without a rotation.</param>
/// <param name="RotatedError">The same with a rotation; +∞ when none was tried.</param>
/// <param name="Iterations">Improvements done.</param>
/// <param name="Stop">Why no more.</param>
public sealed record OpqTraining(
    OpqRotation? Rotation,
    ProductCodebooks Codebooks,
    double PlainError,
    double RotatedError,
    int Iterations,
    OpqStop Stop)
{
    /// <summary>The quantizer of both.</summary>
    public Scoring.IQuantizer Quantizer() => Rotation is null
        ? new ProductQuantizer(Codebooks)
        : new RotatedQuantizer(Rotation, new ProductQuantizer(Codebooks));
}
