using Vesper.Numerics.Execution;

namespace Vesper.Numerics.Quantization;

/// <summary>
/// What a training runs with; nothing of it changes the result, but for a budget of time that runs out.
/// </summary>
public sealed record TrainingContext
{
    /// <summary>Runs the parts of the work.</summary>
    public IExecutor Executor { get; init; } = SerialExecutor.Instance;

    /// <summary>Told the share that is done, 0 … 1.</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>The clock of time budgets.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Asked between rounds and between parts.</summary>
    public CancellationToken Cancellation { get; init; }
}
