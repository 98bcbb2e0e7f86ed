using System.Text.Json;

namespace Vesper.Hosts.Tests.Cli;

/// <summary>What a finished <c>vesper</c> left.</summary>
/// <param name="ExitCode">0: done; 1: failed; 2: wrong usage.</param>
/// <param name="Lines">Stdout.</param>
/// <param name="Errors">Stderr.</param>
internal sealed record ToolResult(int ExitCode, IReadOnlyList<string> Lines, string Errors)
{
    /// <summary>Whether it was ended from outside: by SIGKILL, and on Windows by TerminateProcess.</summary>
    public bool WasKilled => ExitCode is 128 + 9 or -1;

    /// <summary>Stdout as JSON: one object a line, every line.</summary>
    public IReadOnlyList<JsonElement> Objects =>
        [.. Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    /// <summary>Stdout as text.</summary>
    public string Text => string.Join('\n', Lines);

    /// <summary>All that a message needs.</summary>
    public override string ToString() => $"exit code {ExitCode}\n{Text}\n{Errors}";
}
