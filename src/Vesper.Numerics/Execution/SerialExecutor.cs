namespace Vesper.Numerics.Execution;

/// <summary>Runs all parts on the calling thread, in order.</summary>
public sealed class SerialExecutor : IExecutor
{
    private SerialExecutor()
    {
    }

    /// <summary>The one there is; it has no state.</summary>
    public static SerialExecutor Instance { get; } = new();

    /// <inheritdoc/>
    public int Width => 1;

    /// <inheritdoc/>
    public void Run(int parts, Action<int> part, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parts);
        ArgumentNullException.ThrowIfNull(part);
        for (int i = 0; i < parts; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            part(i);
        }
    }
}
