namespace Vesper.Bench.Experiments;

/// <summary>Every experiment: a verb each, in the order of the help and of the smoke run.</summary>
internal static class ExperimentList
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IExperiment> All { get; } =
    [
        new LimitsExperiment(),
        new RecallExperiment(),
        new BuildExperiment(),
        new AddExperiment(),
        new PersistExperiment(),
        new FilterExperiment(),
        new MemoryExperiment(),
        new DurableExperiment(),
        new RecoverExperiment(),
        new MixedExperiment(),
    ];
}
