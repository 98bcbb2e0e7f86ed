using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization;
using Vesper.Numerics.Scoring;
using Vesper.Tests.Conformance;

namespace Vesper.Tests.Numerics.Quantization;

/// <summary>Product quantizers of each number of bits, and of parts that fill no register.</summary>
public abstract class ProductConformance(int bits, int partDimensions) : QuantizerConformance
{
    private protected override IQuantizer Train(RowMatrix<float> rows, int dimensions)
    {
        var options = new ProductOptions { Parts = dimensions / partDimensions, Bits = bits, Iterations = 4 };
        return new ProductQuantizer(ProductTrainer.Train(rows, dimensions, options, new TrainingContext()));
    }
}

public sealed class Product4Conformance() : ProductConformance(4, 2);

public sealed class Product4WideConformance() : ProductConformance(4, 8);

public sealed class Product5Conformance() : ProductConformance(5, 4);

public sealed class Product6Conformance() : ProductConformance(6, 8);

public sealed class Product7Conformance() : ProductConformance(7, 2);

public sealed class Product8Conformance() : ProductConformance(8, 8);

/// <summary>A rotation before a product quantizer.</summary>
public sealed class RotatedConformance : QuantizerConformance
{
    private protected override IQuantizer Train(RowMatrix<float> rows, int dimensions)
    {
        var shape = new ProductOptions { Parts = dimensions / 4, Bits = 4, Iterations = 4 };
        var options = new OpqOptions { Iterations = 2 };
        var training = OpqTrainer.Train(rows, dimensions, shape, options, new TrainingContext());
        var axes = new float[dimensions * dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            axes[(i * dimensions) + ((i + 1) % dimensions)] = 1;
        }

        // A rotation in any case, even where the training found none that helps.
        var rotation = training.Rotation ?? new OpqRotation(dimensions, axes);
        return new RotatedQuantizer(rotation, new ProductQuantizer(training.Codebooks));
    }
}
