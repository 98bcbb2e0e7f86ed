namespace Vesper.Bench.Experiments;

/// <summary>One experiment: a verb of the bench.</summary>
internal interface IExperiment
{
    /// <summary>The verb.</summary>
    string Name { get; }

    /// <summary>One line of help.</summary>
    string Description { get; }

    /// <summary>Measures and writes each measurement to the session's results as it is known.</summary>
    Task RunAsync(BenchSession session, CancellationToken cancellation);
}
