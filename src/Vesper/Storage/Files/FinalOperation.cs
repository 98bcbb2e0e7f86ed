namespace Vesper.Storage.Files;

/// <summary>
/// Syncs, and what must be synced as one with them: after a failure nobody knows what the disk has, and nothing may be
/// tried again. So the error of a full disk, which asks for another attempt, is none here.
/// </summary>
internal static class FinalOperation
{
    public static void Run(Action operation)
    {
        try
        {
            operation();
        }
        catch (StorageException cause) when (!cause.IsFinal)
        {
            throw new StorageException(cause.Message, cause) { IsFinal = true };
        }
    }
}
