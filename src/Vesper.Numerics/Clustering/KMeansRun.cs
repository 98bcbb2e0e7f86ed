using System.Diagnostics;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering;

/// <summary>One training from one seed.</summary>
internal sealed class KMeansRun(TrainingRows rows, int k, KMeansOptions options, int restart)
{
    private const int MaxClosingRepairs = 3;

    private readonly Clusters _clusters = new(rows.Count, k);
    private int _iterations;
    private int _repairs;

    /// <summary>Trains, and leaves an exact assignment to the centroids it returns.</summary>
    public KMeansResult Train(KMeansAlgorithm algorithm, SeededRandom random)
    {
        RowMatrix<float> centroids = Seeds.Choose(rows, k, options.Seeding, random);
        try
        {
            Debug.Assert(centroids.Count == k);
            using IAssignmentStep exact = Step(KMeansAlgorithm.Lloyd, centroids);
            if (algorithm == KMeansAlgorithm.MiniBatch)
            {
                var seed = new SeededRandom(random.NextBits());
                _iterations = new MiniBatchTraining(rows, options).Run(centroids, seed, Report);
                exact.Assign(centroids, _clusters);
            }
            else
            {
                Iterate(algorithm, centroids, exact);
            }

            RepairAtLast(centroids, exact);
            return new KMeansResult(centroids, _clusters, _iterations, _repairs);
        }
        catch
        {
            centroids.Dispose();
            throw;
        }
    }

    private void Iterate(KMeansAlgorithm algorithm, RowMatrix<float> centroids, IAssignmentStep exact)
    {
        exact.Assign(centroids, _clusters);
        using IAssignmentStep step = Step(algorithm, centroids);
        double inertia = _clusters.Inertia();
        for (bool hasSettled = false; !hasSettled;)
        {
            _clusters.Group();
            CentroidMeans.Update(rows, _clusters, centroids);
            _repairs += EmptyRepair.Apply(rows, _clusters, centroids);
            _iterations++;
            bool isLast = _iterations == options.Iterations;
            (isLast && !step.IsExact ? exact : step).Assign(centroids, _clusters);

            double before = inertia;
            inertia = _clusters.Inertia();
            Report(_iterations, inertia);
            bool isGain = before - inertia > options.Tolerance * before;
            hasSettled = isLast || !isGain;
            if (hasSettled && !isLast && !step.IsExact)
            {
                exact.Assign(centroids, _clusters);
            }
        }
    }

    /// <summary>The last movement may have left centroids without rows; a few more passes give each a row.</summary>
    private void RepairAtLast(RowMatrix<float> centroids, IAssignmentStep exact)
    {
        for (int i = 0; i < MaxClosingRepairs; i++)
        {
            _clusters.Group();
            int repairs = EmptyRepair.Apply(rows, _clusters, centroids);
            if (repairs == 0)
            {
                return;
            }

            _repairs += repairs;
            exact.Assign(centroids, _clusters);
        }
    }

    private IAssignmentStep Step(KMeansAlgorithm algorithm, RowMatrix<float> centroids)
    {
        IAssignmentStep step = algorithm switch
        {
            KMeansAlgorithm.Elkan => new ElkanStep(rows, centroids),
            KMeansAlgorithm.Neighborhood =>
                new NeighborhoodStep(rows, new CentroidNeighbors(rows, k, options.Neighbors)),
            _ => new LloydStep(rows),
        };
        if (!options.Balanced)
        {
            return step;
        }

        double capacity = Math.Ceiling((1 + options.BalanceSlack) * rows.Count / k);
        var neighbors = new CentroidNeighbors(rows, k, options.Neighbors);
        return new BalancedStep(step, rows, neighbors, (int)Math.Min(capacity, rows.Count));
    }

    private void Report(int iteration, double inertia) =>
        rows.Context.Progress?.Report(new KMeansProgress(restart, iteration, inertia));
}
