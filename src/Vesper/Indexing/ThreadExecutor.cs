using Vesper.Numerics.Execution;

namespace Vesper.Indexing;

/// <summary>Runs parts on the thread pool, at most <see cref="Width"/> at once; the caller's thread is one.</summary>
internal sealed class ThreadExecutor : IExecutor
{
    /// <summary>An executor of a width.</summary>
    /// <param name="width">Most parts at once, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive.</exception>
    public ThreadExecutor(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        Width = width;
    }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    /// <exception cref="AggregateException">Parts threw.</exception>
    public void Run(int parts, Action<int> part, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parts);
        ArgumentNullException.ThrowIfNull(part);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancellation };
        Parallel.For(0, parts, options, part);
    }
}
