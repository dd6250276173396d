;;; tos-mode.el --- Terms of service as code  -*- lexical-binding: t -*-

;; Package-Requires: ((emacs "28.1"))

;;; Commentary:
;; Colours for *.tos, and the language server for *.tos and *.tos.md.  Eglot comes with Emacs 29;
;; for Emacs 28, install it.

;;; Code:

(require 'tos-words)
(declare-function eglot-current-server "eglot")
(declare-function jsonrpc-request "jsonrpc")
(defvar eglot-server-programs)

(defgroup tos nil "Terms of service as code." :group 'languages)

(defcustom tos-command '("tosdsl" "lsp")
  "How the language server is started."
  :type '(repeat string))

(defconst tos--declared
  (concat "^[ \t]*" (regexp-opt tos-words-declaring t) "[ \t]+\\([A-Za-z_][A-Za-z0-9_.]*\\)"))

(defconst tos--font-lock
  `((,tos--declared (1 font-lock-keyword-face) (2 font-lock-function-name-face))
    (,(regexp-opt tos-words-values 'symbols) . font-lock-constant-face)
    (,(regexp-opt tos-words-operators 'symbols) . font-lock-builtin-face)
    (,(regexp-opt (append tos-words-declaring tos-words-others) 'symbols) . font-lock-keyword-face)))

(defvar tos-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    table))

(defvar tos-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-r") #'tos-run)
    (define-key map (kbd "C-c C-w") #'tos-why)
    (define-key map (kbd "C-c C-v") #'tos-coverage)
    (define-key map (kbd "C-c C-d") #'tos-changes)
    map))

;;;###autoload
(define-derived-mode tos-mode prog-mode "tos"
  "Terms of service as code."
  (setq-local comment-start "# "
              comment-start-skip "#+[ \t]*"
              indent-tabs-mode nil
              tab-width 4
              indent-line-function #'indent-relative
              font-lock-defaults '(tos--font-lock)))

;;;###autoload
(define-derived-mode tos-markdown-mode text-mode "tos.md"
  "Markdown that holds terms of service as code."
  :syntax-table nil
  (use-local-map (make-composed-keymap tos-mode-map (current-local-map))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.tos\\'" . tos-mode))
;;;###autoload
(add-to-list 'auto-mode-alist '("\\.tos\\.md\\'" . tos-markdown-mode))

(defun tos--contact (&rest _)
  "How eglot starts the server."
  (append tos-command '(:initializationOptions (:showsResults t))))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '((tos-mode tos-markdown-mode) . tos--contact)))

(defun tos--uri ()
  "The URI of the text at hand."
  (concat "file://" (url-encode-url (file-truename buffer-file-name))))

(defun tos--execute (command &rest arguments)
  "Run COMMAND of the server on the text at hand with ARGUMENTS, and show what it gives."
  (let* ((given (vconcat (cons (tos--uri) arguments)))
         (server (or (eglot-current-server) (user-error "Start the server with M-x eglot")))
         (found (jsonrpc-request server :workspace/executeCommand
                                 (list :command command :arguments given))))
    (with-current-buffer (get-buffer-create "*tosdsl*")
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert (plist-get found :text) "\n")
        (if (equal (plist-get found :language) "tos") (tos-mode) (special-mode))
        (goto-char (point-min)))
      (display-buffer (current-buffer)))))

(defun tos--scenario ()
  "The title of the scenario around point."
  (save-excursion
    (end-of-line)
    (if (re-search-backward "^scenario \"\\([^\"]*\\)" nil t)
        (match-string-no-properties 1)
      (user-error "No scenario stands here"))))

(defun tos-run ()
  "Run the scenarios of the text."
  (interactive)
  (tos--execute "tosdsl.run"))

(defun tos-why ()
  "Explain the decision on the scenario around point."
  (interactive)
  (tos--execute "tosdsl.why" (tos--scenario)))

(defun tos-coverage ()
  "Show what the scenarios have shown."
  (interactive)
  (tos--execute "tosdsl.coverage"))

(defun tos-changes ()
  "Show what the text changes against its file."
  (interactive)
  (tos--execute "tosdsl.changes"))

(provide 'tos-mode)
;;; tos-mode.el ends here
