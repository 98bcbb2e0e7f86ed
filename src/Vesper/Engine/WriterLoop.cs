using System.Diagnostics;

namespace Vesper.Engine;

/// <summary>
/// The one thread that changes a collection. It takes writes in order and hands them to the engine a group at a time;
/// between groups it runs control actions (swapping segments, schema changes), so that these need no locks of their
/// own.
/// </summary>
internal sealed class WriterLoop : IDisposable
{
    private readonly LinkedList<WriteRequest> _writes = new();
    private readonly Queue<Action> _controls = new();
    private readonly IWriterTarget _target;
    private readonly Thread _thread;
    private readonly object _signal = new();
    private bool _closing;
    private Thread? _heir;

    public WriterLoop(IWriterTarget target, string name)
    {
        _target = target;
        _thread = new Thread(Run) { IsBackground = true, Name = $"vesper writer {name}" };
        _thread.Start();
    }

    /// <summary>Queues a write; its completion tells the rest. Until its turn it can be cancelled.</summary>
    public void Enqueue(WriteRequest request)
    {
        lock (_signal)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            _writes.AddLast(request);
            Monitor.PulseAll(_signal);
        }

        if (request.Cancellation.CanBeCanceled)
        {
            var registration = request.Cancellation.Register(() => Withdraw(request));
            request.Completion.ContinueWith(_ => registration.Dispose(), TaskScheduler.Default);
        }
    }

    /// <summary>
    /// Runs an action between groups and waits for it. On the writer thread itself, and for who ended that one, it runs
    /// at once.
    /// </summary>
    public void Run(Action action)
    {
        if (Thread.CurrentThread == _thread || Thread.CurrentThread == _heir)
        {
            action();
            return;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_signal)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            _controls.Enqueue(() => Complete(done, action));
            Monitor.PulseAll(_signal);
        }

        done.Task.GetAwaiter().GetResult();
    }

    /// <summary>Looks again whether writes may go on.</summary>
    public void Wake()
    {
        lock (_signal)
        {
            Monitor.PulseAll(_signal);
        }
    }

    /// <summary>
    /// Ends the thread after everything queued is done; the caller takes its place until it disposes the loop.
    /// </summary>
    public void Inherit()
    {
        lock (_signal)
        {
            _closing = true;
            Monitor.PulseAll(_signal);
        }

        Debug.Assert(Thread.CurrentThread != _thread, "the writer does not end itself");
        _thread.Join();
        _heir = Thread.CurrentThread;
    }

    public void Dispose()
    {
        Inherit();
        _heir = null;
    }

    private static void Complete(TaskCompletionSource done, Action action)
    {
        try
        {
            action();
            done.SetResult();
        }
        catch (Exception error)
        {
            done.SetException(error);
        }
    }

    private void Withdraw(WriteRequest request)
    {
        bool waited;
        lock (_signal)
        {
            waited = _writes.Remove(request);
        }

        if (waited)
        {
            request.Fail(new OperationCanceledException(request.Cancellation));
        }
    }

    private void Run()
    {
        var group = new List<WriteRequest>();
        while (TakeWork(group, out var control))
        {
            if (control is not null)
            {
                control();
            }
            else if (group.Count > 0)
            {
                _target.Commit(group);
                group.Clear();
            }
            else
            {
                _target.Idle();
            }
        }
    }

    /// <summary>
    /// Waits for a control action, a group of writes, or the time to sync; false when closing and nothing is left.
    /// </summary>
    private bool TakeWork(List<WriteRequest> group, out Action? control)
    {
        lock (_signal)
        {
            while (true)
            {
                if (_controls.TryDequeue(out control))
                {
                    return true;
                }

                if (_writes.Count > 0 && (_closing || _target.AcceptsWrites))
                {
                    TakeGroup(group);
                    return true;
                }

                if (_closing && _writes.Count == 0)
                {
                    return false;
                }

                if (!Monitor.Wait(_signal, _target.IdleWaitMs))
                {
                    return true;
                }
            }
        }
    }

    /// <summary>Takes writes until one must see the effect of those before it.</summary>
    private void TakeGroup(List<WriteRequest> group)
    {
        HashSet<PointId>? touched = null;
        var folded = 0;
        while (_writes.First?.Value is { } next && group.Count < 1024)
        {
            if (next.ReadsState && group.Count > 0)
            {
                touched ??= [];
                for (; folded < group.Count; folded++)
                {
                    touched.UnionWith(group[folded].Ids ?? []);
                }

                if (next.Ids is null || group.Any(request => request.Ids is null) || next.Ids.Any(touched.Contains))
                {
                    return;
                }
            }

            _writes.RemoveFirst();
            group.Add(next);
        }
    }
}

/// <summary>What the writer loop drives.</summary>
internal interface IWriterTarget
{
    /// <summary>False while sealing lags too far behind: writes wait.</summary>
    bool AcceptsWrites { get; }

    /// <summary>
    /// Milliseconds until <see cref="Idle"/> should be called when nothing else happens; −1 for never.
    /// </summary>
    int IdleWaitMs { get; }

    /// <summary>Logs, applies and acknowledges a group of writes, or fails them.</summary>
    void Commit(IReadOnlyList<WriteRequest> group);

    /// <summary>Syncs what waits for its interval.</summary>
    void Idle();
}
