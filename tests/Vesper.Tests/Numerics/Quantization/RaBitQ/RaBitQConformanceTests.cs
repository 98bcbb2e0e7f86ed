using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization.RaBitQ;
using Vesper.Numerics.Scoring;
using Vesper.Tests.Conformance;

namespace Vesper.Tests.Numerics.Quantization.RaBitQ;

/// <summary>What every quantizer does, with bounds so wide that no row within a threshold is missed.</summary>
public abstract class RaBitQConformance(int bits) : QuantizerConformance
{
    private protected override int[] Dimensions => [24, 65, 100];

    private protected override double IdempotenceTolerance => -1;

    private protected override IQuantizer Train(RowMatrix<float> rows, int dimensions) =>
        new RaBitQQuantizer(dimensions, new RaBitQOptions { Bits = bits, BoundWidth = 8 });
}

/// <summary>Signs alone.</summary>
public sealed class RaBitQ1ConformanceTests() : RaBitQConformance(1);

/// <summary>Signs and three more bits, which cross bytes.</summary>
public sealed class RaBitQ4ConformanceTests() : RaBitQConformance(4);

/// <summary>The widest codes.</summary>
public sealed class RaBitQ9ConformanceTests() : RaBitQConformance(9);
