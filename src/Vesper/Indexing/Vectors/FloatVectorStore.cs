using Vesper.Storage.Formats;

namespace Vesper.Indexing.Vectors;

/// <summary>Float32 vectors of one field: a growing matrix in the active segment, a loaded section in a sealed one.</summary>
internal sealed class FloatVectorStore : IVectorStore, IDisposable
{
    /// <summary>An empty, growing store.</summary>
    public FloatVectorStore(Metric metric, int dimensions, MemoryScope scope) => throw new NotImplementedException();

    /// <summary>Opens the rows of a sealed segment; the bytes load at first use, all at once.</summary>
    public static FloatVectorStore Open(LazySection section, Metric metric, int dimensions, int count) => throw new NotImplementedException();

    public int Count => throw new NotImplementedException();

    public int Dimensions => throw new NotImplementedException();

    /// <summary>Appends a vector (one writer); under cosine its inverse norm is stored beside it.</summary>
    public Ordinal Append(ReadOnlySpan<float> vector) => throw new NotImplementedException();

    public IScorer ScorerFor(ReadOnlySpan<float> query) => throw new NotImplementedException();

    public IScorer ScorerFor(Ordinal row) => throw new NotImplementedException();

    public void Read(Ordinal row, Span<float> into) => throw new NotImplementedException();

    /// <summary>Writes rows [0, count) as the open section's bytes: stride and padding as in memory.</summary>
    public void Write(SectionFileWriter file, int count) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
