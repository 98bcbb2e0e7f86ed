namespace Vesper.Numerics.Execution;

/// <summary>Runs the parts of one piece of work on threads that belong to the caller.</summary>
/// <remarks>
/// Algorithms cut their work the same way whatever the width is, and combine what the parts computed in the order of
/// the parts: so a result does not depend on the number of threads.
/// </remarks>
public interface IExecutor
{
    /// <summary>Most parts that run at once, ≥ 1.</summary>
    int Width { get; }

    /// <summary>Calls <paramref name="part"/> once for each 0 … parts − 1, in any order, and waits for all.</summary>
    /// <param name="parts">How many, ≥ 0.</param>
    /// <param name="part">Thread-safe; it may be called by several threads at once.</param>
    /// <param name="cancellation">Asked between parts.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; parts may have run.</exception>
    void Run(int parts, Action<int> part, CancellationToken cancellation);
}
