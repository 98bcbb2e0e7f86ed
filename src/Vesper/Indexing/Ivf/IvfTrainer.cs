using Vesper.Indexing.Ivf.Assignment;
using Vesper.Numerics.Clustering;
using Vesper.Numerics.Clustering.Assignment;
using Vesper.Numerics.Quantization;
using Vesper.Numerics.Quantization.RaBitQ;
using Vesper.Numerics.Quantization.Scalar;

namespace Vesper.Indexing.Ivf;

/// <summary>Trains the model of an inverted file on a sample of its rows.</summary>
internal static class IvfTrainer
{
    // Enough for codewords, whatever the number of lists.
    private const int QuantizerRowsMax = 65_536;
    private const int ListIterations = 10;

    /// <summary>
    /// Finds centroids, then what the quantizer needs from the sample's residuals. Deterministic by the seed, whatever
    /// the number of threads.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IvfModel Train(IVectorStore store, VectorFieldOptions field, IvfWork work)
    {
        var options = field.Index.Ivf;
        var lists = options.ListsFor(store.Count);
        using var sample = Sample(store, field, lists, work);
        var context = new KMeansContext(work.Scope, work.Executor, Reporting(work), work.Cancellation);
        var training = new KMeansOptions { Seed = options.Seed, Iterations = ListIterations };
        var trained = KMeans.Train(sample, field.Dimensions, lists, training, context);
        try
        {
            using var residuals = Residuals(sample, trained, work.Scope);
            var quantizer = TrainQuantizer(residuals, field, work);
            var assigner = MakeAssigner(options, trained.Centroids, sample, work.Scope);
            return new IvfModel(field.Metric, trained.Centroids, quantizer, () => assigner);
        }
        catch
        {
            trained.Dispose();
            throw;
        }
    }

    private static RowMatrix<float> Sample(IVectorStore store, VectorFieldOptions field, int lists, IvfWork work)
    {
        var options = field.Index.Ivf;
        var wanted = (int)Math.Min(store.Count, (long)lists * options.TrainingRowsPerList);
        var sample = new RowMatrix<float>(field.Dimensions, work.Scope);
        var row = new float[field.Dimensions];
        foreach (var number in RowSample.Choose(store.Count, wanted, options.Seed))
        {
            store.Read(new Ordinal(number), row);
            IvfModel.Prepare(field.Metric, row, row);
            sample.Append(row);
        }

        return sample;
    }

    private static RowMatrix<float> Residuals(
        RowMatrix<float> sample, KMeansResult trained, MemoryScope scope)
    {
        var residuals = new RowMatrix<float>(sample.Columns, scope);
        var row = new float[sample.Columns];
        var step = Math.Max(1, sample.Count / QuantizerRowsMax);
        for (var i = 0; i < sample.Count; i += step)
        {
            VectorMath.AddScaled(sample.Row(i), -1, trained.Centroids.Row(trained.Assignments[i]), row);
            residuals.Append(row);
        }

        return residuals;
    }

    private static IQuantizer TrainQuantizer(RowMatrix<float> residuals, VectorFieldOptions field, IvfWork work)
    {
        var (options, dimensions) = (field.Index.Ivf, field.Dimensions);
        switch (options.Encoding)
        {
            case IvfEncoding.Flat:
                return new FlatQuantizer(dimensions);
            case IvfEncoding.Float16:
                return new HalfQuantizer(dimensions);
            case IvfEncoding.Scalar:
                var scalar = new ScalarOptions { Bits = options.BitsOrDefault };
                return ScalarTrainer.Train(residuals, scalar, work.Executor, work.Cancellation).Quantizer;
            case IvfEncoding.RaBitQ:
                var rabitq = new RaBitQOptions { Bits = options.BitsOrDefault, Seed = options.Seed };
                return new RaBitQQuantizer(dimensions, rabitq);
            default:
                return TrainProduct(residuals, field, work);
        }
    }

    private static IAssigner MakeAssigner(
        IvfOptions options, RowMatrix<float> centroids, RowMatrix<float> sample, MemoryScope scope) =>
        options.Assigner == CoarseAssigner.Hnsw
            ? new HnswAssigner(centroids, centroids.Columns, new IndexOptions(), scope)
            : AutoAssigner.Make(options.Assigner, centroids, centroids.Columns, sample, scope);

    private static IQuantizer TrainProduct(RowMatrix<float> residuals, VectorFieldOptions field, IvfWork work)
    {
        var options = field.Index.Ivf;
        var product = new ProductOptions
        {
            Parts = options.PartsFor(field.Dimensions),
            Bits = options.BitsOrDefault,
            Seed = (int)options.Seed,
        };
        var context = new TrainingContext { Executor = work.Executor, Cancellation = work.Cancellation };
        return options.Opq
            ? OpqTrainer.Train(residuals, field.Dimensions, product, new OpqOptions(), context).Quantizer()
            : new ProductQuantizer(ProductTrainer.Train(residuals, field.Dimensions, product, context));
    }

    private static Progress<KMeansProgress>? Reporting(IvfWork work) => work.Progress is { } progress
        ? new Progress<KMeansProgress>(
            done => progress.Report(new WorkProgress("training lists", done.Iteration, ListIterations)))
        : null;
}
