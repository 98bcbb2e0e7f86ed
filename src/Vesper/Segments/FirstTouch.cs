namespace Vesper.Segments;

/// <summary>
/// A part of a file that is loaded when it is first touched, once. Damage stays damage; after any other failure the
/// next touch tries again, which <see cref="Lazy{T}"/> would not.
/// </summary>
internal sealed class FirstTouch<T>(Func<T> load)
    where T : class
{
    private readonly Lock _gate = new();
    private T? _loaded;
    private CorruptDataException? _damage;

    /// <summary>What was loaded; null when nothing was.</summary>
    public T? Loaded => Volatile.Read(ref _loaded);

    public T Value
    {
        get
        {
            if (Loaded is { } loaded)
            {
                return loaded;
            }

            lock (_gate)
            {
                return _loaded ?? Load();
            }
        }
    }

    private T Load()
    {
        if (_damage is not null)
        {
            throw _damage;
        }

        try
        {
            var loaded = load();
            Volatile.Write(ref _loaded, loaded);
            return loaded;
        }
        catch (CorruptDataException damage)
        {
            _damage = damage;
            throw;
        }
    }
}
