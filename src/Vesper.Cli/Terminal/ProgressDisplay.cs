using System.Globalization;
using Spectre.Console;

namespace Vesper.Cli.Terminal;

/// <summary>Keeps the newest report of a running work for whoever looks.</summary>
internal sealed class LatestProgress : IProgress<WorkProgress>
{
    private readonly Lock _lock = new();
    private WorkProgress _value = new("", 0, 0);

    /// <summary>The newest report.</summary>
    public WorkProgress Value
    {
        get
        {
            lock (_lock)
            {
                return _value;
            }
        }
    }

    /// <inheritdoc/>
    public void Report(WorkProgress value)
    {
        lock (_lock)
        {
            _value = value;
        }
    }
}

/// <summary>A progress bar over work that reports its newest state.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    /// <summary>Shows the bar until the work ends, however it ends.</summary>
    public static Task ShowAsync(IAnsiConsole console, string title, LatestProgress latest, Task work) =>
        console.Progress()
        .AutoClear(true)
        .Columns(
            new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .StartAsync(async context =>
        {
            var bar = context.AddTask(Markup.Escape(title), maxValue: 1);
            while (!work.IsCompleted)
            {
                Update(bar, title, latest.Value);
                await Task.WhenAny(work, Task.Delay(Refresh));
            }
        });

    private static void Update(ProgressTask bar, string title, WorkProgress progress)
    {
        var stage = progress.Stage.Length == 0 || title.Equals(progress.Stage, StringComparison.OrdinalIgnoreCase)
            ? title
            : $"{title}: {progress.Stage}";
        if (progress.Total > 0)
        {
            bar.IsIndeterminate = false;
            bar.MaxValue = progress.Total;
            bar.Value = Math.Min(progress.Done, progress.Total);
            bar.Description = Markup.Escape(stage);
        }
        else
        {
            bar.IsIndeterminate = true;
            bar.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{stage} {progress.Done:N0}"));
        }
    }
}
