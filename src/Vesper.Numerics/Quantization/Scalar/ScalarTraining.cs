namespace Vesper.Numerics.Quantization.Scalar;

/// <summary>What training gave.</summary>
/// <param name="Quantizer">The trained quantizer.</param>
/// <param name="Elements">Elements looked at.</param>
/// <param name="ClampedElements">Those more than half a step outside their range.</param>
public sealed record ScalarTraining(ScalarQuantizer Quantizer, long Elements, long ClampedElements);
