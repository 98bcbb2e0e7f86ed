namespace Vesper.Bench.Drivers;

/// <summary>A driver is not there, died, hung, or answered what the protocol does not allow; one line.</summary>
internal sealed class DriverException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The peer is not set up: nothing broke, there is just nothing to measure.</summary>
    public bool IsNotSetUp { get; init; }

    /// <summary>The driver refused the command in good order and takes further ones.</summary>
    public bool IsRefusal { get; init; }
}
