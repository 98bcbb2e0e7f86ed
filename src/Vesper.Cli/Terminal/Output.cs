using System.Diagnostics;
using System.Text.Json;
using Spectre.Console;

namespace Vesper.Cli.Terminal;

/// <summary>Where a verb writes: tables for people, JSON lines for programs, errors and progress on stderr.</summary>
internal sealed class Output
{
    private const int RedirectedWidth = 140;
    private const string Unexpected = "Unexpected";

    private readonly TextWriter _error;
    private readonly IAnsiConsole? _progress;

    /// <summary>Writes tables to one writer, JSON to a stream, errors to another writer.</summary>
    /// <param name="console">For people.</param>
    /// <param name="json">For programs.</param>
    /// <param name="error">For errors.</param>
    /// <param name="progress">A terminal for progress bars, or null for none.</param>
    public Output(IAnsiConsole console, Stream json, TextWriter error, IAnsiConsole? progress)
    {
        Console = console;
        Json = new JsonOutput(json);
        _error = error;
        _progress = progress;
    }

    /// <summary>The process's own streams.</summary>
    public static Output Standard
    {
        get
        {
            var redirected = System.Console.IsOutputRedirected;
            var console = redirected ? MakePlainConsole(System.Console.Out) : MakeConsole(System.Console.Out);
            var stream = new BufferedStream(System.Console.OpenStandardOutput(), 1 << 16);
            var progress = redirected || System.Console.IsErrorRedirected ? null : MakeConsole(System.Console.Error);
            return new Output(console, stream, System.Console.Error, progress);
        }
    }

    /// <summary>Tables and text.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>JSON lines.</summary>
    public JsonOutput Json { get; }

    /// <summary>Whether <c>--json</c> was given.</summary>
    public bool IsJson { get; set; }

    /// <summary>Writes one JSON object, or runs what writes for people.</summary>
    public void Write(Action<Utf8JsonWriter> keys, Action<IAnsiConsole> people)
    {
        if (IsJson)
        {
            Json.Write(keys);
        }
        else
        {
            people(Console);
        }
    }

    /// <summary>Writes an error as one line, and as JSON too where that is asked for.</summary>
    public void WriteError(string code, string message)
    {
        var line = Shown.Harmless(message.ReplaceLineEndings(" "));
        var text = $"error: {line}{System.Environment.NewLine}";
        if (IsJson)
        {
            using var stream = new MemoryStream();
            new JsonOutput(stream).Write(writer =>
            {
                writer.WriteStartObject("error"u8);
                writer.WriteString("code"u8, code);
                writer.WriteString("message"u8, line);
                writer.WriteEndObject();
            });
            text += System.Text.Encoding.UTF8.GetString(stream.ToArray());
        }

        TryWriteError(text);
    }

    /// <summary>Writes an error that only a defect of the tool explains, with its origin.</summary>
    public void WriteDefect(Exception error)
    {
        WriteError(Unexpected, $"{error.GetType().Name}: {error.Message}");
        TryWriteError(error.StackTrace + System.Environment.NewLine);
    }

    /// <summary>
    /// Runs work, with a progress bar when it takes longer than a second and a terminal is there to see it.
    /// </summary>
    public async Task WithProgressAsync(string title, Func<IProgress<WorkProgress>, Task> work)
    {
        var latest = new LatestProgress();
        if (_progress is null || IsJson)
        {
            await work(latest);
            return;
        }

        var running = Task.Run(() => work(latest));
        await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(1)));
        if (!running.IsCompleted)
        {
            await ProgressDisplay.ShowAsync(_progress, title, latest, running);
        }

        await running;
    }

    /// <summary>A console for a file or a pipe: no colours, and a fixed width.</summary>
    public static IAnsiConsole MakePlainConsole(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = RedirectedWidth;
        return console;
    }

    private static IAnsiConsole MakeConsole(TextWriter writer) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });

    // With a full disk behind stderr too, the exit code is all that is left to tell.
    private void TryWriteError(string text)
    {
        try
        {
            _error.Write(text);
            _error.Flush();
        }
        catch (IOException error)
        {
            Debug.WriteLine(error);
        }
    }
}
