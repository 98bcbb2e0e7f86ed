using System.Text.Json;

namespace Vesper.Bench.Measuring;

/// <summary>Appends measurements to a file of JSON lines, each complete when it is written.</summary>
internal sealed class ResultLog : IDisposable
{
    private readonly StreamWriter _file;
    private readonly MachineFacts _machine;
    private readonly string _commit;

    /// <summary>Opens the file for appending.</summary>
    public ResultLog(string path, MachineFacts machine, string commit)
    {
        _machine = machine;
        _commit = commit;
        _file = new StreamWriter(path, append: true) { AutoFlush = true };
    }

    /// <summary>What was written in this run, in order.</summary>
    public List<Measurement> Written { get; } = [];

    /// <summary>Adds machine, commit and time, and writes the line.</summary>
    public void Write(Measurement measurement)
    {
        var whole = measurement with { Machine = _machine, Commit = _commit, Time = DateTimeOffset.UtcNow };
        Written.Add(whole);
        _file.WriteLine(JsonSerializer.Serialize(whole, MeasurementJson.Default.Measurement));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
