namespace Vesper.Cli.Files;

/// <summary>Points to import, read forward in batches.</summary>
internal interface IPointReader : IDisposable
{
    /// <summary>Points in the input, or null where that is only known at its end.</summary>
    long? Total { get; }

    /// <summary>The row that is read next, counted from 0.</summary>
    long Position { get; }

    /// <summary>Passes over rows; stops at the end.</summary>
    void Skip(long rows);

    /// <summary>Adds the next points, at most <paramref name="most"/>; returns how many, 0 at the end.</summary>
    /// <exception cref="VesperException">The input is damaged or does not fit together: names file and
    /// place.</exception>
    int Read(List<Point> into, int most);

    /// <summary>File and line, or row, of a point of those read last, counted from 0 there.</summary>
    string PlaceOf(int index);
}
