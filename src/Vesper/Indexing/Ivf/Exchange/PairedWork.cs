using System.Runtime.ExceptionServices;
using Vesper.Numerics.Execution;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>Two things at once, where an executor allows it.</summary>
internal static class PairedWork
{
    /// <summary>
    /// Runs both to their ends, and throws what the first threw, else what the second did: which error is seen does
    /// not depend on threads.
    /// </summary>
    public static void Run(IExecutor executor, Action first, Action second)
    {
        var errors = new ExceptionDispatchInfo?[2];
        executor.Run(
            2,
            part =>
            {
                try
                {
                    (part == 0 ? first : second)();
                }
                catch (Exception error)
                {
                    errors[part] = ExceptionDispatchInfo.Capture(error);
                }
            },
            CancellationToken.None);
        (errors[0] ?? errors[1])?.Throw();
    }
}
