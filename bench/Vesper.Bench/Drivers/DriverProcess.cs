using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Vesper.Cli.Terminal;

namespace Vesper.Bench.Drivers;

/// <summary>
/// A running driver: commands in, one JSON line out for each. Whatever else happens is a <see cref="DriverException"/>,
/// and ends the process with all that it started.
/// </summary>
internal sealed class DriverProcess : IAsyncDisposable
{
    private const int NotSetUpCode = 3;
    private const int ErrorLinesKept = 3;
    private const int CharactersShown = 200;
    private static readonly TimeSpan EndingMost = TimeSpan.FromSeconds(5);

    private readonly string _engine;
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Queue<string> _errors = new();
    private readonly Task _reading;
    private readonly Task _readingErrors;
    private bool _isUsable = true;

    private DriverProcess(string engine, Process process)
    {
        _engine = engine;
        _process = process;
        _reading = ReadAsync();
        _readingErrors = ReadErrorsAsync();
    }

    /// <summary>Resident set of the process now.</summary>
    public long RssBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts a driver.</summary>
    /// <exception cref="DriverException">It does not start.</exception>
    public static DriverProcess Start(DriverSpec spec)
    {
        var start = new ProcessStartInfo(spec.FileName, spec.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new DriverProcess(spec.Engine, Process.Start(start)!);
        }
        catch (Win32Exception error)
        {
            throw new DriverException($"{spec.FileName} does not start: {error.Message}", error);
        }
    }

    /// <summary>Sends a command and waits for its answer.</summary>
    /// <param name="command">One JSON object.</param>
    /// <param name="limit">How long an answer may take.</param>
    /// <param name="cancellation">Ends the driver.</param>
    /// <exception cref="DriverException">There is no good answer.</exception>
    public async Task<JsonElement> AskAsync(JsonObject command, TimeSpan limit, CancellationToken cancellation)
    {
        Debug.Assert(_isUsable, "a driver that failed is not asked again");
        var operation = (string?)command["op"] ?? "";
        if (_lines.Reader.TryRead(out var early))
        {
            throw Break($"wrote without being asked: {Shown.Clip(early, CharactersShown)}");
        }

        try
        {
            await _process.StandardInput.WriteLineAsync(command.ToJsonString().AsMemory(), cancellation);
            await _process.StandardInput.FlushAsync(cancellation);
        }
        catch (IOException)
        {
            throw await DescribeEndAsync(operation);
        }

        return Parse(operation, await ReadAnswerAsync(operation, limit, cancellation));
    }

    /// <summary>Asks it to end, and ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isUsable)
        {
            try
            {
                await _process.StandardInput.WriteLineAsync("""{"op":"quit"}""");
                _process.StandardInput.Close();
                await _process.WaitForExitAsync().WaitAsync(EndingMost);
            }
            catch (Exception error) when (error is IOException or TimeoutException)
            {
                // It is ended below.
            }
        }

        Kill();
        await Task.WhenAny(Task.WhenAll(_reading, _readingErrors), Task.Delay(EndingMost));
        _process.Dispose();
    }

    private void Kill()
    {
        _isUsable = false;
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private async Task<string> ReadAnswerAsync(string operation, TimeSpan limit, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);
        try
        {
            return await _lines.Reader.ReadAsync(timer.Token);
        }
        catch (ChannelClosedException)
        {
            throw await DescribeEndAsync(operation);
        }
        catch (OperationCanceledException)
        {
            var hung = Break($"gave no answer to '{operation}' within {limit.TotalSeconds:0.#} s");
            cancellation.ThrowIfCancellationRequested();
            throw hung;
        }
    }

    private JsonElement Parse(string operation, string line)
    {
        try
        {
            var answer = JsonElement.Parse(line);
            if (answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("ok", out var ok))
            {
                if (ok.ValueKind == JsonValueKind.True)
                {
                    return answer;
                }

                if (answer.TryGetProperty("error", out var error))
                {
                    throw new DriverException($"{_engine} refused '{operation}': {error}") { IsRefusal = true };
                }
            }
        }
        catch (JsonException)
        {
            // Told below, with what came instead.
        }

        throw Break($"answered '{operation}' with garbage: {Shown.Clip(line, CharactersShown)}");
    }

    /// <summary>The error to throw; the process is ended.</summary>
    private DriverException Break(string problem)
    {
        Kill();
        return new DriverException($"{_engine} {problem}{LastErrors()}");
    }

    private async Task<DriverException> DescribeEndAsync(string operation)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(EndingMost);
            await _readingErrors.WaitAsync(EndingMost);
        }
        catch (TimeoutException)
        {
            return Break($"closed its output during '{operation}'");
        }

        _isUsable = false;
        var notSetUp = _process.ExitCode == NotSetUpCode;
        return new DriverException(notSetUp
            ? $"not set up{LastErrors()}"
            : $"{_engine} ended with exit code {_process.ExitCode} during '{operation}'{LastErrors()}")
        {
            IsNotSetUp = notSetUp,
        };
    }

    private string LastErrors()
    {
        lock (_errors)
        {
            return _errors.Count == 0 ? "" : ": " + string.Join(" | ", _errors);
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete();
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_errors)
            {
                _errors.Enqueue(Shown.Clip(line.Trim(), CharactersShown));
                while (_errors.Count > ErrorLinesKept)
                {
                    _errors.Dequeue();
                }
            }
        }
    }
}
