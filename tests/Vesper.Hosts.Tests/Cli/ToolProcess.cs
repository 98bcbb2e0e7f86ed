using System.Diagnostics;
using Vesper.Hosts.Tests.Packaging;

namespace Vesper.Hosts.Tests.Cli;

/// <summary>
/// A running <c>vesper</c>, as it was built beside these tests: a process of its own, its lines read from a pipe.
/// </summary>
internal sealed class ToolProcess : IDisposable
{
    // A hang guard: what is started here takes a second or two on a quiet machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly Action<string>? _seen;
    private readonly Task _reading;
    private readonly Task<string> _errors;

    private ToolProcess(Process process, Action<string>? seen)
    {
        _process = process;
        _seen = seen;
        _reading = ReadAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts it.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="arguments">The command line without the tool's name.</param>
    /// <param name="seen">Called with each line of stdout as it arrives, or null.</param>
    public static ToolProcess Start(string folder, IEnumerable<string> arguments, Action<string>? seen = null)
    {
        var dotnet = Path.Combine(SdkProcess.Root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        var tool = Path.Combine(AppContext.BaseDirectory, "Vesper.Cli.dll");
        var start = new ProcessStartInfo(dotnet, [tool, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ToolProcess(Process.Start(start)!, seen);
    }

    /// <summary>Ends it at once, with SIGKILL; does nothing when it has ended.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Keeps it from running on, with all that it holds.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>Asks it to end: what Ctrl-C does, by a signal that is never ignored in the background.</summary>
    public Task InterruptAsync() => SignalAsync("TERM");

    /// <summary>Completes when it has ended, by itself or not.</summary>
    public Task EndedAsync() => _process.WaitForExitAsync();

    /// <summary>Waits for its end and for all that it wrote.</summary>
    public async Task<ToolResult> EndAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        await _process.WaitForExitAsync(limit.Token);
        await _reading.WaitAsync(limit.Token);
        return new ToolResult(_process.ExitCode, _lines, await _errors.WaitAsync(limit.Token));
    }

    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), $"needs SIG{signal}");
        using var kill = Process.Start("kill", $"-{signal} {_process.Id}");
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Add(line);
            _seen?.Invoke(line);
        }
    }
}
