namespace Vesper.Cli.Importing;

/// <summary>An import failed after it began to write: why, and how far it came.</summary>
internal sealed class ImportStoppedException(Exception cause, string outcome)
    : Exception($"{cause.Message.TrimEnd('.')}; {outcome}", cause)
{
    /// <summary>The code of the cause.</summary>
    public VesperErrorCode Code { get; } = (cause as VesperException)?.Code ?? VesperErrorCode.Storage;
}
