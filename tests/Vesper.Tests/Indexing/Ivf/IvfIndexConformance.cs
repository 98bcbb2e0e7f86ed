using Vesper.Indexing;
using Vesper.Indexing.Ivf;
using Vesper.Indexing.Ivf.Format;
using Vesper.Indexing.Vectors;
using Vesper.Numerics.Execution;
using Vesper.Numerics.Memory;
using Vesper.Storage.Formats;
using Vesper.Tests.Conformance;

namespace Vesper.Tests.Indexing.Ivf;

/// <summary>An inverted file of one encoding.</summary>
public abstract class IvfIndexConformance : VectorIndexConformance
{
    private protected abstract IvfOptions Options { get; }

    private protected override IReadOnlyList<Metric> Metrics => [Metric.L2, Metric.Dot, Metric.Cosine];

    private protected override IVectorIndex Build(IVectorStore store, MemoryScope scope)
    {
        var field = FieldOf(store);
        field.Validate("test");
        return IvfBuilder.Build(store, field, new IvfWork(SerialExecutor.Instance, scope, default));
    }

    private protected override void Seal(IVectorIndex index, SectionFileWriter file) =>
        IvfWriter.Write(file, (IvfIndex)index);

    private protected override IVectorIndex Open(LazySection section, IVectorStore store, MemoryScope scope) =>
        IvfReader.Open(section, new IvfPlace(FieldOf(store), store.Count, scope));

    private VectorFieldOptions FieldOf(IVectorStore store) =>
        new(store.Dimensions, ((FloatVectorStore)store).Metric)
        {
            Index = new IndexOptions { Kind = IndexKind.Ivf, Ivf = Options },
        };
}

public sealed class IvfFlatConformance : IvfIndexConformance
{
    private protected override IvfOptions Options => new() { Encoding = IvfEncoding.Flat };
}

public sealed class IvfHalfConformance : IvfIndexConformance
{
    private protected override IvfOptions Options => new() { Encoding = IvfEncoding.Float16 };
}

public sealed class IvfScalar8Conformance : IvfIndexConformance
{
    private protected override IvfOptions Options => new() { Encoding = IvfEncoding.Scalar };
}

public sealed class IvfScalar4Conformance : IvfIndexConformance
{
    private protected override IvfOptions Options => new() { Encoding = IvfEncoding.Scalar, Bits = 4 };
}

public sealed class IvfFastScanConformance : IvfIndexConformance
{
    private protected override IvfOptions Options => new();
}

public sealed class IvfProductConformance : IvfIndexConformance
{
    private protected override IvfOptions Options => new() { Bits = 8 };

    // One byte for eight dimensions of noise, and ten candidates a result.
    private protected override double RecallMin => 0.9;
}

public sealed class IvfRaBitQ1Conformance : IvfIndexConformance
{
    private protected override IvfOptions Options => new() { Encoding = IvfEncoding.RaBitQ, Bits = 1 };

    // A bit a dimension estimates little where there are few dimensions.
    private protected override double RecallMin => 0.8;
}

public sealed class IvfRaBitQ4Conformance : IvfIndexConformance
{
    private protected override IvfOptions Options => new() { Encoding = IvfEncoding.RaBitQ };
}
