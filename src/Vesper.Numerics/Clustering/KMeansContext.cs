using Vesper.Numerics.Execution;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering;

/// <summary>What a training runs with, beside its options.</summary>
/// <param name="Scope">Where native bytes are counted.</param>
/// <param name="Executor">Whose threads work.</param>
/// <param name="Progress">Told after each iteration, on the training's thread.</param>
/// <param name="Cancellation">Looked at between pieces of some milliseconds.</param>
public sealed record KMeansContext(
    MemoryScope Scope,
    IExecutor Executor,
    IProgress<KMeansProgress>? Progress = null,
    CancellationToken Cancellation = default);

/// <summary>How far a training is.</summary>
/// <param name="Restart">From 0.</param>
/// <param name="Iteration">Iterations done in this restart, from 1.</param>
/// <param name="Inertia">Sum of the squared distances from the rows (of the last batch) to their centroids.</param>
public readonly record struct KMeansProgress(int Restart, int Iteration, double Inertia);
