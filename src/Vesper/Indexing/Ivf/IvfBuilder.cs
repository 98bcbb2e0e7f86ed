namespace Vesper.Indexing.Ivf;

/// <summary>Trains an inverted file on a store and puts all its rows in.</summary>
internal static class IvfBuilder
{
    private const int BatchRows = 16_384;

    /// <summary>An index over all rows of a store.</summary>
    /// <param name="store">At least one row.</param>
    /// <param name="field">Its field; the options are validated.</param>
    /// <param name="work">Threads, memory, progress, cancellation.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IvfIndex Build(IVectorStore store, VectorFieldOptions field, IvfWork work)
    {
        var index = new IvfIndex(IvfTrainer.Train(store, field, work), field.Index.Ivf, work.Scope);
        try
        {
            var stride = RowMatrix<float>.StrideFor(field.Dimensions);
            using var memory = new NativeBuffer<byte>((long)BatchRows * stride * sizeof(float), work.Scope);
            while (index.Count < store.Count)
            {
                var count = Math.Min(BatchRows, store.Count - index.Count);
                using var rows = new RowMatrix<float>(field.Dimensions, memory, 0, count);
                for (var i = 0; i < count; i++)
                {
                    store.Read(new Ordinal(index.Count + i), rows.Row(i));
                }

                index.Add(rows, work.Executor, work.Cancellation);
                work.Progress?.Report(new WorkProgress("indexing", index.Count, store.Count));
            }

            return index;
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }
}
