using Vesper.Numerics.Execution;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization.Scalar;
using Vesper.Numerics.Scoring;
using Vesper.Tests.Conformance;

namespace Vesper.Tests.Numerics.Quantization.Scalar;

/// <summary>8-bit codes with a range for each dimension.</summary>
public sealed class Scalar8ConformanceTests : QuantizerConformance
{
    private protected override int[] Dimensions => [1, 3, 24, 65, 100];

    private protected override IQuantizer Train(RowMatrix<float> rows, int dimensions) =>
        ScalarTrainer.Train(rows, new ScalarOptions(), SerialExecutor.Instance, default).Quantizer;
}

/// <summary>4-bit codes with one range.</summary>
public sealed class Scalar4ConformanceTests : QuantizerConformance
{
    private protected override int[] Dimensions => [1, 3, 24, 65, 100];

    private protected override IQuantizer Train(RowMatrix<float> rows, int dimensions)
    {
        var options = new ScalarOptions { Bits = 4, Range = ScalarRange.Global, TailQuantile = 0.01 };
        return ScalarTrainer.Train(rows, options, SerialExecutor.Instance, default).Quantizer;
    }
}

/// <summary>Half-precision floats.</summary>
public sealed class HalfConformanceTests : QuantizerConformance
{
    private protected override int[] Dimensions => [1, 3, 24, 65];

    private protected override IQuantizer Train(RowMatrix<float> rows, int dimensions) =>
        new HalfQuantizer(dimensions);
}

/// <summary>Plain floats.</summary>
public sealed class FlatConformanceTests : QuantizerConformance
{
    private protected override int[] Dimensions => [1, 3, 24, 65];

    private protected override IQuantizer Train(RowMatrix<float> rows, int dimensions) =>
        new FlatQuantizer(dimensions);
}
