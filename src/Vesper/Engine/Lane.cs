namespace Vesper.Engine;

/// <summary>
/// One repeated background job: runs when signalled, one run at a time, with back-off after a failure.
/// </summary>
internal sealed class Lane
{
    private const int FirstBackOffMs = 1_000;
    private const int LastBackOffMs = 60_000;

    private readonly string _name;
    private readonly Action _job;
    private readonly Health _health;
    private readonly CancellationToken _stop;
    private readonly SemaphoreSlim _signal = new(0);

    public Lane(string name, Action job, Health health, CancellationToken stop)
    {
        _name = name;
        _job = job;
        _health = health;
        _stop = stop;
        Ended = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Milliseconds after which the job runs without a signal; −1 for never.</summary>
    public int IdleMs { get; init; } = -1;

    public Task Ended { get; }

    public void Signal()
    {
        if (_signal.CurrentCount == 0)
        {
            _signal.Release();
        }
    }

    private async Task RunAsync()
    {
        var backOffMs = FirstBackOffMs;
        while (!_stop.IsCancellationRequested && _health.State != CollectionState.Failed)
        {
            try
            {
                await _signal.WaitAsync(IdleMs, _stop).ConfigureAwait(false);
                _job();
                _health.Recover(_name);
                backOffMs = FirstBackOffMs;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                _health.Degrade(_name, error.Message);
                await Task.Delay(backOffMs, _stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                backOffMs = Math.Min(LastBackOffMs, backOffMs * 2);
                Signal();
            }
        }
    }
}
